/* SPDX-License-Identifier: Apache-2.0 */
/* How many descriptors the process may have: each connection is one. No
 * state. */
#ifndef BASE_DESCRIPTORS_H
#define BASE_DESCRIPTORS_H

#include <stddef.h>

/* Raises the soft limit, usually 1024, as far as it is of use and allowed.
 * Before there are threads. */
void descriptors_raise(void);

/* Half of the limit, at least 1: for connections of one kind, so that others
 * and files have the rest. */
size_t descriptors_half(void);

#endif
