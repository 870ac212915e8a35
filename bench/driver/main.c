/* SPDX-License-Identifier: Apache-2.0 */
#include "base/num.h"
#include "driver/bench.h"
#include "process/interrupt.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { PEER = 1000 /* above what a letter is */ };
enum { REQUESTS = 40000, REQUESTS_MIN = 1000, REQUESTS_MAX = 10000000 };

static const char usage[] =
    "usage: kmslab-bench [--requests N] [--json] [--static PATH]\n"
    "                    [--stranger PATH] [--aep PATH] [PART...]\n"
    "Parts: emulator durable plugin size peers; all without one. The paths\n"
    "are those of other KMS plugins, for peers.\n";

static const struct {
    const char *name;
    enum status (*run)(struct bench *bench);
} parts[] = {
    { "emulator", bench_emulator },
    { "durable", bench_durable },
    { "plugin", bench_plugin },
    { "size", bench_size },
    { "peers", bench_peers },
};

static bool
chosen(const char *name, char **names, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return count == 0;
}

static int
run_parts(struct bench *bench, char **names, int count)
{
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!chosen(parts[i].name, names, count))
            continue;
        enum status st = parts[i].run(bench);
        if (st == STATUS_OK)
            continue;
        fprintf(stderr, "kmslab-bench: %s: %s: %s\n", parts[i].name,
            status_text(st), buf_text(bench->problem));
        return EXIT_FAILURE;
    }
    return 0;
}

int
main(int argc, char **argv)
{
    static const struct option options[] = {
        { "requests", required_argument, NULL, 'r' },
        { "json", no_argument, NULL, 'j' },
        { "static", required_argument, NULL, PEER + BENCH_STATIC },
        { "stranger", required_argument, NULL, PEER + BENCH_STRANGER },
        { "aep", required_argument, NULL, PEER + BENCH_AEP },
        { NULL, 0, NULL, 0 },
    };
    struct workspace *workspace = NULL;
    struct buf problem = { 0 };
    struct bench bench = { .requests = REQUESTS, .problem = &problem };
    int64_t requests = REQUESTS;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'j')
            bench.json = true;
        else if (c >= PEER)
            bench.peers[c - PEER] = optarg;
        else if (c != 'r' || num_parse(span_text(optarg), REQUESTS_MIN,
                                 REQUESTS_MAX, &requests) != STATUS_OK) {
            fputs(usage, stderr);
            return 2;
        }
    }
    bench.requests = (uint64_t)requests;
    if (interrupt_init() != STATUS_OK || workspace_new(&workspace) != STATUS_OK)
        return EXIT_FAILURE;
    bench.workspace = workspace;
    int exit_code = run_parts(&bench, argv + optind, argc - optind);
    workspace_free(workspace);
    buf_reset(&problem);
    return exit_code;
}
