/* SPDX-License-Identifier: Apache-2.0 */
/* The table of flags: names, help, and how each is read. Private to options. */
#ifndef OPTIONS_FLAGS_H
#define OPTIONS_FLAGS_H

#include "options/options.h"

/* What the flags say, before they are checked against each other. */
struct flags {
    struct options *options;
    struct text_list contexts;
    bool debug;
};

struct flag {
    const char *name;
    const char *argument; /* as in --help; NULL: a switch */
    bool repeats;
    /* STATUS_INVALID where the text cannot be the flag's value. */
    enum status (*set)(struct flags *flags, struct span value);
    const char *wants; /* what a value must be, for the error */
    const char *help;
};

enum { FLAGS_COUNT = 20 };
extern const struct flag flags_table[FLAGS_COUNT];

#endif
