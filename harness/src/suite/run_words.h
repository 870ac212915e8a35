/* SPDX-License-Identifier: Apache-2.0 */
/* The words of `kmslab run`, and how to say them again. */
#ifndef SUITE_RUN_WORDS_H
#define SUITE_RUN_WORDS_H

#include "base/buf.h"

enum { NAMES_MAX = 256 };

struct run_words {
    const char *cluster, *kube_apiserver, *etcd, *plugin;
    const char *seed_text, *repeat_text, *jobs_text, *scale_text;
    const char *out, *scenarios;
    bool all, keep, json, child;
    int64_t seed, repeat, jobs, scale;
    const char *names[NAMES_MAX];
    size_t name_count;
};

/* False with the exit code: usage or --help, both told. Borrows. */
bool run_words_parse(int argc, char **argv, struct run_words *out, int *code);

/* Appends the command that repeats a run, and that of all runs. */
void run_words_say(const struct run_words *words, const char *name,
    uint64_t seed, struct buf *out);
void run_words_say_all(const struct run_words *words, struct buf *out);

/* Appends what a person calls a scenario's file: its name where the file is
 * where names are. */
void run_words_repeatable(const char *file, struct buf *out);

#endif
