/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sub-commands of kmslab: one table in commands.c. A new one is a function
 * of type command_run_fn, its usage text and a row.
 */
#ifndef HARNESS_COMMANDS_H
#define HARNESS_COMMANDS_H

enum {
    EXIT_FAILED = 1,   /* it was tried and did not work out */
    EXIT_USAGE = 2,    /* the command line is not one */
    EXIT_SKIPPED = 77, /* something that it needs is not on this machine */
};

/* argv[0] is the name of the sub-command. Returns the exit code. */
typedef int command_run_fn(int argc, char **argv);

struct command {
    const char *name;
    command_run_fn *run;
    const char *help;  /* one line for the list */
    const char *usage; /* what `kmslab help NAME` prints, ends in a newline */
};

/* Finds the sub-command argv[1] and runs it. Returns the exit code. */
int commands_main(int argc, char **argv);

#endif
