/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of one JSON object of a rule, read by name. The first mistake
 * sticks: later reads do nothing, and `status` tells. Its words are those of
 * fault/fields.h.
 */
#ifndef PROXY_PARAMS_H
#define PROXY_PARAMS_H

#include "fault/fields.h"

struct params {
    const struct json *object; /* NULL: it has no members */
    struct fault_place place;
    enum status status; /* STATUS_OK at first */
};

/* A mistake that no member alone makes. */
void params_refuse(struct params *params, const char *words);

bool params_has(const struct params *params, const char *name);

/* Absent members leave the output as it is. A text may be empty. */
void params_text(struct params *params, const char *name, struct buf *out);
void params_int(struct params *params, const char *name, int64_t min,
    int64_t max, int64_t *out);
void params_duration(struct params *params, const char *name, int64_t *ms);

/* The index in the list of words, which ends in NULL. */
void params_word(struct params *params, const char *name,
    const char *const *words, size_t *index);

/* A member that is an object, for reading its own members: none of others
 * than these, a list that ends in NULL, or any where it is NULL. The status is
 * carried back by params_leave. */
struct params params_enter(
    struct params *params, const char *name, const char *const *names);
void params_leave(struct params *params, const struct params *inner);

#endif
