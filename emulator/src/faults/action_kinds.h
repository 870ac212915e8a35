/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds, shared by action*.c. */
#ifndef FAULTS_ACTION_KINDS_H
#define FAULTS_ACTION_KINDS_H

#include "faults/action.h"

enum action_type {
    ACTION_TYPE_TEXT,
    ACTION_TYPE_INT,
    ACTION_TYPE_NUMBER,
    ACTION_TYPE_DURATION,
    ACTION_TYPE_OFFSET, /* a duration that may be negative */
    ACTION_TYPE_CHOICE,
};

enum { ACTION_PARAMETERS_MAX = 9 };

struct action_parameter {
    const char *name; /* NULL: no more of them */
    enum action_type type;
    size_t offset; /* in struct action */
    bool required;
    double min, max;            /* of numbers; bytes of texts: max */
    const char *const *choices; /* NULL-terminated */
    const char *about;
};

struct action_row {
    const char *kind;
    const char *stage; /* for people */
    enum match_stage asked;
    const char *about;
    struct action_parameter parameters[ACTION_PARAMETERS_MAX];
};

extern const struct action_row action_rows[ACTION_KINDS];

/* Why action_suits said no: "answers with no plaintext"; static. */
const char *action_lacks(const struct action *action);

/* What the table cannot say. */
MUST_USE enum status action_check(const struct fault_place *place,
    struct action *action, const struct match *match);

#endif
