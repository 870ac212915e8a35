/* SPDX-License-Identifier: Apache-2.0 */
/* How many descriptors the process may have: each caller's connection and each
 * call to KMS is one. No state. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stddef.h>

/* Raises the soft limit, usually 1024, as far as it is of use and allowed.
 * Before there are threads. */
void descriptors_raise(void);

/* Half of the limit, at least 1: what calls to KMS may use, so that callers
 * and files have the other half. */
size_t descriptors_for_calls(void);

#endif
