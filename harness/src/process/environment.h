/* SPDX-License-Identifier: Apache-2.0 */
/* The environment of a program to be started, built beside our own. */
#ifndef PROCESS_ENVIRONMENT_H
#define PROCESS_ENVIRONMENT_H

#include "base/span.h"
#include "base/status.h"

struct environment {
    char **entries; /* "NAME=VALUE", ends in NULL; owned. NULL when empty */
    size_t count;
};

/* Replaces the contents by a copy of this process's environment. */
MUST_USE enum status environment_inherit(struct environment *environment);

/* Sets or replaces one variable. */
MUST_USE enum status environment_set(
    struct environment *environment, const char *name, const char *value);

/* Removes one variable; none of that name is no failure. */
void environment_unset(struct environment *environment, const char *name);

/* Borrows; NULL when there is none. */
const char *environment_get(
    const struct environment *environment, const char *name);

void environment_reset(struct environment *environment);

#endif
