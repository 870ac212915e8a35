/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/peers.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name, *flag;
} peers[BENCH_PEERS] = {
    [BENCH_OURS] = { "ours", NULL },
    [BENCH_STATIC] = { "ours, static", "--static" },
    [BENCH_STRANGER] = { "stranger", "--stranger" },
    [BENCH_AEP] = { "AEP", "--aep" },
};

const struct peers_load peers_loads[PEERS_LOADS] = {
    { "Encrypt", 1, 40 },
    { "Encrypt", 8, 16 },
    { "Encrypt", 32, 8 },
    { "Decrypt", 1, 40 },
    { "Decrypt", 8, 16 },
    { "Decrypt", 32, 8 },
};

static int
by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void
figure(const struct bench *bench, const char *name, const char *what,
    double value, const char *unit)
{
    char label[64];

    (void)snprintf(label, sizeof(label), "%s, %s", name, what);
    bench_figure(bench, label, value, unit);
}

static void
report_size(
    const struct bench *bench, const char *name, struct peers_result *result)
{
    qsort(
        result->starts_ms, PEERS_STARTS, sizeof(result->starts_ms[0]), by_size);
    figure(bench, name, "first good Status", result->starts_ms[0],
        "ms, best of 11 starts (aim: 20)");
    figure(bench, name, "first good Status",
        result->starts_ms[PEERS_STARTS / 2], "ms, median");
    figure(bench, name, "idle", result->idle_mib, "MiB private dirty");
    figure(bench, name, "loaded", result->loaded_mib,
        "MiB private dirty (aim, static: 10)");
}

/* What a call costs the machine: where client and emulator take most of it, no
 * plugin can make the calls many times as many. */
static double
whole_cpu(const struct measure *m)
{
    return (m->cpu + m->client_cpu + m->backend_cpu) / (double)m->answers;
}

static void
report_ratios(const struct bench *bench, struct peers_result *results,
    size_t ours, size_t other, size_t load)
{
    const struct measure *a = &results[ours].loads[load];
    const struct measure *b = &results[other].loads[load];
    bool aimed = peers_loads[load].at_once == 32;
    const struct {
        const char *what;
        double ratio;
        const char *aim;
    } rows[] = {
        { "calls a second", measure_rate(a) / measure_rate(b), "3 or more" },
        { "CPU a call", measure_cpu_us(a) / measure_cpu_us(b), "0.4 or less" },
        { "CPU a call, with client and KMS", whole_cpu(a) / whole_cpu(b),
            NULL },
        { "p99", a->p99_us / b->p99_us, "0.5 or less" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char label[64];
        (void)snprintf(
            label, sizeof(label), "%s: %s", peers[ours].name, rows[i].what);
        bench_ratio(bench, label, peers[other].name, rows[i].ratio,
            aimed ? rows[i].aim : NULL);
    }
}

static void
report_load(
    const struct bench *bench, struct peers_result *results, size_t load)
{
    char label[64];

    for (size_t peer = 0; peer < BENCH_PEERS; peer++) {
        if (!results[peer].measured)
            continue;
        (void)snprintf(label, sizeof(label), "%s %zu at once, %s",
            peers_loads[load].operation, peers_loads[load].at_once,
            peers[peer].name);
        bench_load(bench, label, &results[peer].loads[load]);
    }
    for (size_t other = BENCH_STRANGER; other < BENCH_PEERS; other++) {
        for (size_t ours = BENCH_OURS; ours <= BENCH_STATIC; ours++) {
            if (results[ours].measured && results[other].measured)
                report_ratios(bench, results, ours, other, load);
        }
    }
}

void
peers_report(
    const struct bench *bench, struct peers_result results[BENCH_PEERS])
{
    for (size_t i = 0; i < PEERS_LOADS; i++)
        report_load(bench, results, i);
    for (size_t peer = 0; peer < BENCH_PEERS; peer++) {
        if (results[peer].measured)
            report_size(bench, peers[peer].name, &results[peer]);
        else
            fprintf(stderr, "kmslab-bench: %s: skipped, no %s=PATH was given\n",
                peers[peer].name, peers[peer].flag);
    }
}
