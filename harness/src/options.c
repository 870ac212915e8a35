/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* getopt_long */
#include "options.h"

#include "commands.h"

#include <getopt.h>
#include <stdio.h>

int
options_refuse(const char *command, const char *message)
{
    fprintf(stderr, "kmslab %s: %s\nTry: kmslab help %s\n", command, message,
        command);
    return EXIT_USAGE;
}

/* getopt's own messages name no sub-command, so they are ours (opterr 0). */
static int
refuse_word(char **argv, int kind, int index)
{
    const char *what =
        kind == ':' ? "needs an argument" : "is not an option of this command";
    char message[160];

    snprintf(message, sizeof(message), "%s %s", argv[index], what);
    return options_refuse(argv[0], message);
}

static int
refuse_repeated(const char *command, const char *name)
{
    char message[160];

    snprintf(message, sizeof(message), "--%s is given twice", name);
    return options_refuse(command, message);
}

/* Rows become getopt's table; the value of row i is i + 1, of --help 0. */
static void
fill_table(const struct option_row *rows, size_t count, struct option *table)
{
    for (size_t i = 0; i < count; i++) {
        int takes = rows[i].text != NULL ? required_argument : no_argument;

        table[i] = (struct option){ rows[i].name, takes, NULL, 256 + (int)i };
    }
    table[count] = (struct option){ "help", no_argument, NULL, 'h' };
    table[count + 1] = (struct option){ NULL, 0, NULL, 0 };
}

bool
options_parse(int argc, char **argv, const struct option_row *rows,
    size_t count, const char *usage, int *rest, int *exit_code)
{
    struct option table[OPTIONS_MAX + 2];
    bool seen[OPTIONS_MAX] = { false };
    int kind;

    fill_table(rows, count, table);
    optind = 0; /* glibc: start afresh */
    opterr = 0;
    while ((kind = getopt_long(argc, argv, "+:h", table, NULL)) != -1) {
        size_t i = (size_t)(kind - 256);

        if (kind == 'h') {
            fputs(usage, stdout);
            *exit_code = 0;
            return false;
        }
        if (kind < 256) {
            *exit_code = refuse_word(argv, kind, optind - 1);
            return false;
        }
        if (seen[i]) {
            *exit_code = refuse_repeated(argv[0], rows[i].name);
            return false;
        }
        seen[i] = true;
        if (rows[i].text != NULL)
            *rows[i].text = optarg;
        else
            *rows[i].flag = true;
    }
    *rest = optind;
    return true;
}
