/* SPDX-License-Identifier: Apache-2.0 */
#include "soak/soak.h"

#include "base/clock.h"
#include "base/num.h"
#include "commands.h"
#include "gate/gate.h"
#include "options.h"
#include "process/interrupt.h"
#include "services/emulator.h"
#include "services/plugin.h"
#include "soak/record.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    SECONDS_DEFAULT = 120,
    CALLERS_DEFAULT = 12,
    FAULT_MS = 2500, /* KMS is in trouble */
    HEAL_MS = 20000, /* until the plugin must serve again */
    CALM_MS = 1500,  /* no call may fail */
    REST_MS = 300,   /* before what is used is looked at */
    RETRY_MS = 100,  /* between looks at a plugin that heals */
};

const char soak_usage[] =
    "usage: kmslab soak [OPTION...]\n"
    "\n"
    "Starts kms-emulator, a gate in front of it and aws-kms-plugin, and calls\n"
    "the plugin in many ways while the gate does one thing after another to\n"
    "its requests for KMS. Fails on a wrong answer, on an error in calm times,\n"
    "and where memory, threads or descriptors grow.\n"
    "\n"
    "  --seconds N   how long (120)\n"
    "  --seed N      which faults come when (drawn, and told)\n"
    "  --callers N   how many call at once (12)\n"
    "  --json        print one line of JSON\n";

struct soak {
    const char *seconds_text, *seed_text, *callers_text;
    int64_t seconds, seed, callers;
    bool json;
    struct workspace *workspace;
    struct emulator *emulator;
    struct gate *gate;
    struct plugin *plugin;
    struct traffic *traffic;
    struct caller healer; /* sees when the plugin serves again */
    struct buf key, socket;
    struct record record;
    unsigned cycles;
    struct clock clock;
    int64_t started_ms;
};

static enum status
start_services(struct soak *s, struct buf *problem)
{
    const struct emulator_options emulator = { 0 };
    enum status st = workspace_open(&s->workspace, problem);
    if (st == STATUS_OK)
        st = workspace_file(s->workspace, "kms.sock", &s->socket);
    if (st == STATUS_OK)
        st = emulator_start(s->workspace, &emulator, &s->emulator, problem);
    if (st != STATUS_OK)
        return st;
    struct kms_account direct = emulator_account(s->emulator);
    st = kms_create_key(&direct, "soak", &s->key, problem);
    if (st == STATUS_OK)
        st = gate_new(
            emulator_url(s->emulator), (uint64_t)s->seed, &s->gate, problem);
    if (st != STATUS_OK)
        return st;
    struct plugin_options plugin = { .account = direct,
        .key = buf_text(&s->key),
        .socket = buf_text(&s->socket),
        .health_cache = "500ms" };
    plugin.account.endpoint = gate_url(s->gate);
    return plugin_start(s->workspace, &plugin, &s->plugin, problem);
}

static enum status
start_all(struct soak *s, struct buf *problem)
{
    enum status st = start_services(s, problem);
    if (st != STATUS_OK)
        return st;
    const struct traffic_options traffic = { .socket = buf_text(&s->socket),
        .key = buf_text(&s->key),
        .direct = emulator_account(s->emulator),
        .seed = (uint64_t)s->seed,
        .callers = (size_t)s->callers };
    st = caller_init(&s->healer, buf_text(&s->socket), buf_text(&s->key),
        &traffic.direct, (uint64_t)s->seed);
    if (st == STATUS_OK)
        st = traffic_new(&traffic, &s->traffic);
    return st;
}

/* What a healthy plugin answers at once. */
static bool
serves(struct soak *s, struct buf *why)
{
    static const enum caller_call calls[] = { CALLER_V2_STATUS,
        CALLER_V2_ENCRYPT, CALLER_V2_DECRYPT };
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (caller_make(&s->healer, calls[i], why) != CALLER_GOOD)
            return false;
    return true;
}

static enum status
await_health(struct soak *s, struct buf *problem)
{
    struct buf why = { 0 };
    int64_t end_ms = clock_ms(&s->clock) + HEAL_MS;
    enum status st = STATUS_OK;
    while (st == STATUS_OK && !serves(s, &why)) {
        if (clock_ms(&s->clock) >= end_ms) {
            buf_say(problem, "the plugin has not healed in %d s: %s",
                HEAL_MS / 1000, buf_text(&why));
            st = STATUS_TIMEOUT;
        } else {
            st = interrupt_sleep(RETRY_MS);
        }
    }
    buf_reset(&why);
    return st;
}

static enum status
look(struct soak *s, struct buf *problem)
{
    struct usage usage;
    double hours = (double)(clock_ms(&s->clock) - s->started_ms) / 3600000;
    enum status st = usage_read(process_id(plugin_process(s->plugin)), &usage);
    if (st != STATUS_OK)
        buf_say(problem, "the plugin has gone: %s", status_text(st));
    else
        record_add(&s->record, hours, &usage);
    return st;
}

static void
show_progress(const struct soak *s, enum gate_fault fault, unsigned percent)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%5lld s of %lld  %-10s %3u %%  ",
        (long long)(clock_ms(&s->clock) - s->started_ms) / 1000,
        (long long)s->seconds, gate_faults[fault].name, percent);
}

/* A trouble, a calm time, a look. */
static enum status
cycle(struct soak *s, enum gate_fault fault, unsigned percent,
    struct buf *problem)
{
    show_progress(s, fault, percent);
    gate_set(s->gate, fault, percent);
    traffic_work(s->traffic, true);
    enum status st = interrupt_sleep(FAULT_MS);
    gate_set(s->gate, GATE_NONE, 0);
    traffic_rest(s->traffic);
    if (st == STATUS_OK)
        st = await_health(s, problem);
    if (st == STATUS_OK) {
        traffic_work(s->traffic, false);
        st = interrupt_sleep(CALM_MS);
        traffic_rest(s->traffic);
    }
    if (st == STATUS_OK)
        st = interrupt_sleep(REST_MS);
    s->cycles++;
    return st == STATUS_OK ? look(s, problem) : st;
}

/* All faults in turn: of every request, of half, of some. */
static enum status
run_cycles(struct soak *s, struct buf *problem)
{
    static const unsigned percents[] = { 100, 50, 15 };
    int64_t end_ms = s->started_ms + s->seconds * 1000;
    enum status st = await_health(s, problem);
    for (size_t i = 0; st == STATUS_OK && clock_ms(&s->clock) < end_ms; i++) {
        enum gate_fault fault =
            (enum gate_fault)((i + (uint64_t)s->seed) % GATE_FAULT_COUNT);
        st = cycle(s, fault, percents[i / GATE_FAULT_COUNT % 3], problem);
        if (st == STATUS_OK && traffic_complaint(s->traffic).len > 0)
            break;
    }
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    return st;
}

static bool
report(struct soak *s)
{
    struct record_result result = { .record = &s->record,
        .complaint = traffic_complaint(s->traffic),
        .seconds = (double)(clock_ms(&s->clock) - s->started_ms) / 1000,
        .seed = (uint64_t)s->seed,
        .cycles = s->cycles };
    traffic_read(s->traffic, &result.tally);
    gate_count(s->gate, result.faults);
    bool good = record_report(&result, s->json, stdout);
    return fflush(stdout) == 0 && good;
}

static void
stop_all(struct soak *s)
{
    traffic_free(s->traffic);
    caller_reset(&s->healer);
    plugin_free(s->plugin);
    gate_free(s->gate);
    emulator_free(s->emulator);
    workspace_free(s->workspace);
    buf_reset(&s->key);
    buf_reset(&s->socket);
}

static int
run(struct soak *s)
{
    struct buf problem = { 0 };
    enum status st = interrupt_init();
    bool good = false;
    s->clock = clock_monotonic();
    s->started_ms = clock_ms(&s->clock);
    if (st == STATUS_OK)
        st = start_all(s, &problem);
    if (st == STATUS_OK) {
        st = run_cycles(s, &problem);
        good = report(s) && st == STATUS_OK;
    }
    if (st != STATUS_OK)
        fprintf(stderr, "kmslab soak: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    stop_all(s);
    buf_reset(&problem);
    return good ? 0 : EXIT_FAILED;
}

static bool
parse_number(const char *text, int64_t otherwise, int64_t max, int64_t *out)
{
    *out = otherwise;
    return text == NULL || num_parse(span_text(text), 1, max, out) == STATUS_OK;
}

int
soak_run(int argc, char **argv)
{
    struct soak *s = calloc(1, sizeof(*s));
    int rest, code = EXIT_FAILED;
    if (s == NULL)
        return EXIT_FAILED;
    const struct option_row rows[] = {
        { "seconds", &s->seconds_text, NULL },
        { "seed", &s->seed_text, NULL },
        { "callers", &s->callers_text, NULL },
        { "json", NULL, &s->json },
    };
    struct clock wall = clock_wall();
    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), soak_usage, &rest, &code))
        ;
    else if (rest != argc)
        code = options_refuse("soak", "takes options only");
    else if (!parse_number(s->seconds_text, SECONDS_DEFAULT, 7 * 24 * 3600,
                 &s->seconds) ||
             !parse_number(
                 s->seed_text, clock_ms(&wall), INT64_MAX, &s->seed) ||
             !parse_number(s->callers_text, CALLERS_DEFAULT,
                 TRAFFIC_CALLERS_MAX, &s->callers))
        code = options_refuse("soak",
            "--seconds, --seed and --callers take whole numbers from 1");
    else
        code = run(s);
    free(s);
    return code;
}
