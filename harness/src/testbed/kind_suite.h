/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind cluster that all runs of a command share, one after another: made
 * for them and removed after them, or one that is there and is given back as
 * it was. `--cluster kind` and `--cluster kind:NAME`. Used by one thread.
 */
#ifndef TESTBED_KIND_SUITE_H
#define TESTBED_KIND_SUITE_H

#include "base/buf.h"

/* The cluster that --cluster names: "" is one of our own, NULL none of kind. */
const char *kind_suite_name(const char *cluster);

/* Appends the option that repeats a run there: " --cluster kind:NAME", or
 * " --cluster kind" where we made the cluster. */
void kind_suite_say(const char *name, struct buf *out);

/* Whether this machine can make one. STATUS_NOT_FOUND, with what to install in
 * *problem, where a program for it is not there. */
MUST_USE enum status kind_suite_check(struct buf *problem);

struct kind_suite_options { /* borrowed */
    const char *name;       /* "": one of our own */
    size_t apiservers;      /* that a run may want of it */
    bool keep;              /* one of our own is not removed */
    bool quiet;             /* nothing is told on stderr */
};

struct kind_suite;

/* On failure a line in *problem, and nothing is left. */
MUST_USE enum status kind_suite_open(const struct kind_suite_options *options,
    struct kind_suite **out, struct buf *problem);

/* "kind:NAME", for the runs; borrowed. */
const char *kind_suite_cluster(const struct kind_suite *suite);

/* Runs to its end, also after an interrupt. Frees; NULL is fine. */
MUST_USE enum status kind_suite_close(
    struct kind_suite *suite, struct buf *problem);

#endif
