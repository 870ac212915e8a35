/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of one sub-command as a table, read by getopt_long. Long names
 * only; an option given twice is a usage error; what follows the options
 * (or "--") is left to the command.
 */
#ifndef HARNESS_OPTIONS_H
#define HARNESS_OPTIONS_H

#include "base/span.h"

struct option_row {
    const char *name;  /* without the dashes */
    const char **text; /* set to the argument; NULL for a flag */
    bool *flag;        /* set to true; NULL for an option with argument */
};

enum { OPTIONS_MAX = 16 };

/*
 * Reads argv[1..] and sets what the rows point at. On success *rest is the
 * index of the first word that is no option. Otherwise returns false with the
 * exit code: 0 after --help (usage went to stdout), EXIT_USAGE after a
 * mistake (said on stderr).
 */
bool options_parse(int argc, char **argv, const struct option_row *rows,
    size_t count, const char *usage, int *rest, int *exit_code);

/* Says "kmslab COMMAND: MESSAGE" on stderr and returns EXIT_USAGE. */
int options_refuse(const char *command, const char *message);

#endif
