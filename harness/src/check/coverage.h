/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resources that a report speaks of: every entry of the configuration in
 * its order, once; "secrets"; what the person asked for; and who encrypts them.
 */
#ifndef CHECK_COVERAGE_H
#define CHECK_COVERAGE_H

#include "k8s/config.h"

struct coverage {
    struct span resource; /* as named by the configuration or the person */
    struct span entry;    /* that decides; empty: none does */
    const struct provider_config **providers; /* in their order */
    size_t provider_count;                    /* 0: stored in plain */
};

struct coverage_list {
    struct coverage *items;
    size_t count;
};

/* Borrows from the configuration and from `asked`. */
MUST_USE enum status coverage_make(const struct encryption_config *config,
    const char *const *asked, size_t asked_count, struct coverage_list *out);
void coverage_reset(struct coverage_list *list);

#endif
