/* SPDX-License-Identifier: Apache-2.0 */
/* The table of flags: names, help, and how each is read. Private to options. */
#ifndef OPTIONS_FLAGS_H
#define OPTIONS_FLAGS_H

#include "options/options.h"

enum { FLAGS_MAX = 64 };

/* What the flags say, before they are checked against each other. */
struct flags {
    struct options *options;
    struct text_list contexts;
    bool debug;
    const char *spare; /* the first argument that is no flag; NULL: none */
    bool odd_health_version; /* neither v1 nor v2 */
    bool given[FLAGS_MAX];   /* by index in the table */
};

struct flag {
    const char *name;
    const char *argument; /* as in --help; NULL: a switch */
    /* STATUS_INVALID where the text cannot be the flag's value. */
    enum status (*set)(struct flags *flags, struct span value);
    const char *wants; /* what a value must be, for the error */
    const char *help;
};

extern const struct flag flags_table[]; /* at most FLAGS_MAX */
extern const size_t flags_count;

/* Whether the flag was on the command line. */
bool flags_given(const struct flags *flags, const char *name);

#endif
