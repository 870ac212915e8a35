/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUITE_RUN_H
#define SUITE_RUN_H

#include "play/journal.h"

struct run_options { /* borrowed */
    const char *file;
    const char *kube_apiserver, *etcd; /* a real cluster of these; or */
    const char *kind;   /* this kind cluster; both NULL: on the model */
    const char *plugin; /* NULL: ours */
    uint64_t seed;
    int64_t scale;       /* 0: the file's */
    const char *command; /* how to repeat it */
    const char *out;     /* folder for journal.json, made; NULL: none */
    bool keep;           /* logs are copied into it too */
};

/*
 * Runs one scenario and writes its journal, also when interrupted. Call before
 * any thread is made. The verdict is in *journal; STATUS_INVALID with a line
 * in *problem for a file that is no scenario, STATUS_IO where the journal
 * could not be written.
 */
MUST_USE enum status run_scenario(const struct run_options *options,
    struct journal *journal, struct buf *problem);

#endif
