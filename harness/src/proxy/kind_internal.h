/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of kinds: reading what each kind has. Mistakes are in
 * params->status. */
#ifndef PROXY_KIND_INTERNAL_H
#define PROXY_KIND_INTERNAL_H

#include "proxy/kind.h"

void kind_read_effect(struct params *params, struct kind_action *action);
void kind_read_strike(struct params *params, struct kind_action *action);

/* The number of a code, given by number or name; names are compared without
 * case and underscores. */
void kind_read_code(struct params *params, const char *(*name_of)(int code),
    int count, int *out);

#endif
