/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our plugin beside others that do the same, in one run before one emulator:
 * they take turns at each load, so that a noisy machine is noisy for all.
 */
#include "base/clock.h"
#include "driver/bench.h"
#include "driver/kms_messages.h"
#include "driver/load_grpc.h"
#include "driver/peers.h"
#include "process/interrupt.h"
#include "process/program.h"
#include "rpc/rpc_kms.h"
#include "services/plugin.h"

#include <math.h>
#include <stdlib.h>

enum {
    ROUNDS = 3,
    TIMEOUT_MS = 10000,
    REST_MS = 300, /* before an idle process is looked at */
};

struct seat {
    struct plugin *plugin; /* NULL: skipped */
    struct kms_messages messages;
};

struct table {
    struct bench *bench;
    struct emulator *emulator;
    struct kms_account account;
    struct buf arn;
    struct seat seats[BENCH_PEERS];
    struct peers_result results[BENCH_PEERS];
};

static enum status
start(struct table *table, size_t peer, struct plugin **out)
{
    struct bench *bench = table->bench;
    struct buf name = { 0 }, socket = { 0 };
    struct plugin_options options = { .account = table->account,
        .key = buf_text(&table->arn),
        .program = bench->peers[peer] };
    enum status st = buf_printf(&name, "%zu.sock", peer);

    if (st == STATUS_OK)
        st = workspace_file(bench->workspace, buf_text(&name), &socket);
    options.socket = buf_text(&socket);
    if (st == STATUS_OK)
        st = plugin_start(bench->workspace, &options, out, bench->problem);
    buf_reset(&name);
    buf_reset(&socket);
    return st;
}

/* Asks until the key is said to be usable. */
static enum status
await_good(struct plugin *plugin, struct buf *problem)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + TIMEOUT_MS;
    struct rpc_channel *channel = NULL;
    bool good = false;
    enum status st =
        rpc_channel_new(span_text(plugin_endpoint(plugin)), RPC_WAIT, &channel);

    while (st == STATUS_OK && !good && clock_ms(&clock) < end_ms) {
        struct kms_service_v2 service = rpc_kms_v2(channel);
        struct kms_v2_status status = { 0 };
        struct grpc_error error = { 0 };
        enum status asked =
            service.status(service.context, TIMEOUT_MS, &status, &error);
        good = asked == STATUS_OK &&
               span_equal_text(buf_span(&status.healthz), "ok");
        if (!good)
            st = interrupt_sleep(1);
        kms_v2_status_reset(&status);
        grpc_error_reset(&error);
    }
    if (st == STATUS_OK && !good)
        st = STATUS_TIMEOUT;
    if (st != STATUS_OK)
        buf_say(problem, "no good Status: %s", status_text(st));
    rpc_channel_free(channel);
    return st;
}

static enum status
one_start(struct table *table, size_t peer, double *ms)
{
    struct plugin *plugin = NULL;
    double begin = measure_now();
    enum status st = start(table, peer, &plugin);

    if (st == STATUS_OK)
        st = await_good(plugin, table->bench->problem);
    if (st == STATUS_OK)
        *ms = (measure_now() - begin) * 1e3;
    plugin_free(plugin);
    return st;
}

static enum status
measure_starts(struct table *table)
{
    enum status st = STATUS_OK;

    for (int i = 0; i < PEERS_STARTS; i++) {
        for (size_t peer = 0; peer < BENCH_PEERS && st == STATUS_OK; peer++) {
            if (table->bench->peers[peer] != NULL)
                st = one_start(table, peer, &table->results[peer].starts_ms[i]);
        }
    }
    return st;
}

static double
private_mib(const struct seat *seat)
{
    pid_t pid = process_id(plugin_process(seat->plugin));

    return (double)measure_private_dirty(pid) / (1024 * 1024);
}

static enum status
sit_down(struct table *table, size_t peer)
{
    struct seat *seat = &table->seats[peer];
    struct buf *problem = table->bench->problem;
    enum status st = start(table, peer, &seat->plugin);

    if (st == STATUS_OK)
        st = await_good(seat->plugin, problem);
    if (st == STATUS_OK)
        st = interrupt_sleep(REST_MS);
    if (st != STATUS_OK)
        return st;
    table->results[peer].measured = true;
    table->results[peer].idle_mib = private_mib(seat);
    return kms_messages_make(
        plugin_endpoint(seat->plugin), &seat->messages, problem);
}

/* The best of each figure: a round that is worse waited for somebody else. */
static void
keep_best(struct measure *best, const struct measure *next)
{
    if (best->answers == 0) {
        *best = *next;
        return;
    }
    if (measure_rate(next) > measure_rate(best))
        best->seconds = next->seconds;
    best->cpu = fmin(best->cpu, next->cpu);
    best->client_cpu = fmin(best->client_cpu, next->client_cpu);
    best->backend_cpu = fmin(best->backend_cpu, next->backend_cpu);
    best->p50_us = fmin(best->p50_us, next->p50_us);
    best->p99_us = fmin(best->p99_us, next->p99_us);
}

static enum status
run_load(struct table *table, size_t peer, size_t number)
{
    struct seat *seat = &table->seats[peer];
    const struct peers_load *load = &peers_loads[number];
    bool decrypts = strcmp(load->operation, "Decrypt") == 0;
    uint64_t calls = table->bench->requests / load->share;
    struct measure measure = { 0 };
    struct load_grpc run = {
        .endpoint = plugin_endpoint(seat->plugin),
        .method = decrypts ? "/v2.KeyManagementService/Decrypt"
                           : "/v2.KeyManagementService/Encrypt",
        .messages = decrypts ? seat->messages.decrypt : &seat->messages.encrypt,
        .message_count = decrypts ? KMS_MESSAGES : 1,
        .at_once = load->at_once,
        .calls = calls / 8 + 1,
        .server = process_id(plugin_process(seat->plugin)),
        .backend = process_id(emulator_process(table->emulator)),
    };
    enum status st = load_grpc_run(&run, &measure, table->bench->problem);

    run.calls = calls;
    if (st == STATUS_OK)
        st = load_grpc_run(&run, &measure, table->bench->problem);
    if (st == STATUS_OK)
        keep_best(&table->results[peer].loads[number], &measure);
    return st;
}

static enum status
run_loads(struct table *table)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < (size_t)PEERS_LOADS * ROUNDS; i++) {
        for (size_t peer = 0; peer < BENCH_PEERS && st == STATUS_OK; peer++) {
            if (table->seats[peer].plugin != NULL)
                st = run_load(table, peer, i % PEERS_LOADS);
        }
    }
    for (size_t peer = 0; peer < BENCH_PEERS && st == STATUS_OK; peer++) {
        if (table->seats[peer].plugin != NULL)
            table->results[peer].loaded_mib = private_mib(&table->seats[peer]);
    }
    return st;
}

static enum status
measure_all(struct table *table)
{
    struct bench *bench = table->bench;
    enum status st =
        bench_start_emulator(bench, NULL, &table->emulator, &table->account);

    if (st == STATUS_OK)
        st = kms_create_key(
            &table->account, "bench", &table->arn, bench->problem);
    if (st == STATUS_OK)
        st = measure_starts(table);
    for (size_t peer = 0; peer < BENCH_PEERS && st == STATUS_OK; peer++) {
        if (bench->peers[peer] != NULL)
            st = sit_down(table, peer);
    }
    return st == STATUS_OK ? run_loads(table) : st;
}

enum status
bench_peers(struct bench *bench)
{
    struct table *table = calloc(1, sizeof(*table));
    struct buf own = { 0 };

    if (table == NULL)
        return STATUS_NO_MEMORY;
    table->bench = bench;
    enum status st = program_find("aws-kms-plugin", &own);
    bench->peers[BENCH_OURS] = buf_text(&own);
    if (st == STATUS_OK)
        st = measure_all(table);
    if (st == STATUS_OK)
        peers_report(bench, table->results);
    for (size_t peer = 0; peer < BENCH_PEERS; peer++) {
        plugin_free(table->seats[peer].plugin);
        kms_messages_reset(&table->seats[peer].messages);
    }
    emulator_free(table->emulator);
    buf_reset(&table->arn);
    bench->peers[BENCH_OURS] = NULL;
    buf_reset(&own);
    free(table);
    return st;
}
