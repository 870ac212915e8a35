/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/version.h"
#include "storm/tale.h"

#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

static void
write_text_or_null(struct json_writer *w, const char *key, const char *text)
{
    json_write_key(w, key);
    if (text == NULL)
        json_write_null(w);
    else
        json_write_text(w, text);
}

static void
write_int_or_null(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    if (value < 0)
        json_write_null(w);
    else
        json_write_int(w, value);
}

static void
write_system(struct json_writer *w)
{
    struct utsname host;
    bool known = uname(&host) == 0;
    json_write_key(w, "cluster");
    json_write_object_begin(w);
    json_write_key_text(w, "kind", "model");
    json_write_key_text(w, "kms", "v2");
    json_write_object_end(w);
    json_write_key(w, "plugin");
    json_write_object_begin(w);
    json_write_key_text(w, "name", "ours");
    json_write_key_text(w, "version", project_version);
    json_write_object_end(w);
    json_write_key(w, "emulator");
    json_write_object_begin(w);
    json_write_key_text(w, "version", project_version);
    json_write_object_end(w);
    json_write_key(w, "host");
    json_write_object_begin(w);
    write_text_or_null(w, "os", known ? host.sysname : NULL);
    write_text_or_null(w, "arch", known ? host.machine : NULL);
    write_int_or_null(w, "cores", sysconf(_SC_NPROCESSORS_ONLN));
    json_write_object_end(w);
}

static void
write_verdict(struct json_writer *w, const struct tale *tale,
    const struct tale_about *about)
{
    const struct tale_invariant *broken = tale_broken(tale);
    struct buf cause = { 0 };
    const char *verdict = "passed";
    if (about->cause != NULL) {
        verdict = tale->interrupted ? "interrupted" : "error";
        buf_say(&cause, "%s", about->cause);
    } else if (broken != NULL) {
        verdict = "failed";
        buf_say(&cause, "%s: does not hold: %s", broken->name,
            buf_text(&broken->detail));
    }
    json_write_key_text(w, "verdict", verdict);
    json_write_key_string(w, "cause", buf_span(&cause));
    buf_reset(&cause);
}

static void
write_phases(struct json_writer *w, const struct tale *tale)
{
    json_write_key(w, "phases");
    json_write_array_begin(w);
    json_write_object_begin(w);
    json_write_key_text(w, "name", "storm");
    json_write_key_int(w, "from_ms", 0);
    json_write_key_int(w, "to_ms", tale->storm_end_ms);
    json_write_object_end(w);
    json_write_object_begin(w);
    json_write_key_text(w, "name", "after");
    json_write_key_int(w, "from_ms", tale->storm_end_ms);
    json_write_key_int(w, "to_ms", tale->end_ms);
    json_write_object_end(w);
    json_write_array_end(w);
}

static void
write_faults(struct json_writer *w, const struct tale *tale)
{
    json_write_key(w, "faults");
    json_write_array_begin(w);
    for (size_t i = 0; i < tale->plan->count; i++) {
        const struct tale_fault *f = &tale->faults[i];
        if (f->from_ms < 0)
            continue;
        json_write_object_begin(w);
        json_write_key_text(w, "name", f->fault->name);
        json_write_key_text(w, "where", plan_places[f->fault->place]);
        json_write_key_int(w, "from_ms", f->from_ms);
        write_int_or_null(w, "to_ms", f->to_ms);
        json_write_key_int(w, "matched", f->counts.matched);
        json_write_key_int(w, "fired", f->counts.fired);
        json_write_key_int(w, "observed", f->counts.observed);
        if (f->fault->rule.len > 0) {
            json_write_key(w, "rule");
            json_write_raw(w, buf_span(&f->fault->rule));
        }
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void
write_events(struct json_writer *w, const struct tale *tale)
{
    json_write_key(w, "events");
    json_write_array_begin(w);
    for (size_t i = 0; i < tale->event_count; i++) {
        const struct tale_event *e = &tale->events[i];
        json_write_object_begin(w);
        json_write_key_int(w, "at_ms", e->at_ms);
        json_write_key_text(w, "lane", e->lane);
        json_write_key_text(w, "level", e->level);
        json_write_key_string(w, "text", buf_span(&e->text));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void
write_states(struct json_writer *w, const struct tale *tale)
{
    json_write_key(w, "states");
    json_write_array_begin(w);
    for (size_t i = 0; i < tale->state_count; i++) {
        const struct tale_state *s = &tale->states[i];
        json_write_object_begin(w);
        json_write_key_int(w, "at_ms", s->at_ms);
        json_write_key_text(w, "probe", s->probe);
        json_write_key_text(w, "value", s->ok ? "ok" : "failed");
        json_write_key_string(w, "detail", buf_span(&s->detail));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void
write_latency(struct json_writer *w, const char *key, double ms)
{
    char text[40];
    int len = snprintf(text, sizeof(text), "%.3f", ms);
    json_write_key(w, key);
    if (ms < 0)
        json_write_null(w);
    else
        json_write_raw(w, span_of(text, (size_t)len));
}

static void
write_tally(struct json_writer *w, const char *phase, const char *operation,
    struct load_tally *tally)
{
    if (tally->requests == 0)
        return;
    json_write_object_begin(w);
    json_write_key_text(w, "phase", phase);
    json_write_key_text(w, "operation", operation);
    json_write_key_int(w, "requests", (int64_t)tally->requests);
    json_write_key_int(w, "ok", (int64_t)tally->ok);
    json_write_key(w, "errors");
    json_write_object_begin(w);
    for (size_t i = 0; i < LOAD_CLASSES_MAX; i++)
        if (tally->errors[i].count > 0)
            json_write_key_int(
                w, tally->errors[i].name, (int64_t)tally->errors[i].count);
    json_write_object_end(w);
    write_latency(w, "p50_ms", load_quantile(tally, 0.5));
    write_latency(w, "p95_ms", load_quantile(tally, 0.95));
    write_latency(w, "p99_ms", load_quantile(tally, 0.99));
    write_latency(w, "max_ms", load_quantile(tally, 1));
    json_write_object_end(w);
}

static void
write_load(struct json_writer *w, struct load *load)
{
    static const char *const phases[] = { "storm", "after" };
    static const char *const operations[] = { "write", "read" };
    json_write_key(w, "load");
    json_write_array_begin(w);
    for (size_t p = 0; p < LOAD_PHASES; p++)
        for (size_t o = 0; o < LOAD_OPERATIONS; o++)
            write_tally(w, phases[p], operations[o], &load->tallies[p][o]);
    json_write_array_end(w);
}

static void
write_invariants(struct json_writer *w, const struct tale *tale)
{
    json_write_key(w, "invariants");
    json_write_array_begin(w);
    for (size_t i = 0; i < tale->invariant_count; i++) {
        const struct tale_invariant *v = &tale->invariants[i];
        json_write_object_begin(w);
        json_write_key_text(w, "name", v->name);
        json_write_key_bool(w, "passed", v->passed);
        json_write_key_string(w, "detail", buf_span(&v->detail));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void
write_head(struct json_writer *w, const struct tale *tale,
    const struct tale_about *about)
{
    struct buf started = { 0 };
    json_write_key_text(w, "format", "kmslab-journal/1");
    json_write_key(w, "scenario");
    json_write_object_begin(w);
    json_write_key_text(w, "name", "fault-storm");
    json_write_key_text(
        w, "title", "Faults of KMS, the plugin and processes, mixed by a seed");
    json_write_object_end(w);
    json_write_key_text(w, "command", about->command);
    json_write_key_int(w, "seed", tale->plan->seed);
    if (clock_format_rfc3339(about->started_ms, &started) == STATUS_OK)
        json_write_key_string(w, "started", buf_span(&started));
    json_write_key_int(w, "duration_ms", tale->end_ms);
    json_write_key_int(w, "wall_ms", tale->end_ms);
    buf_reset(&started);
}

enum status
tale_write(const struct tale *tale, struct load *load,
    const struct tale_about *about, struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    write_head(&w, tale, about);
    write_system(&w);
    write_verdict(&w, tale, about);
    write_phases(&w, tale);
    write_faults(&w, tale);
    write_events(&w, tale);
    write_states(&w, tale);
    write_load(&w, load);
    write_invariants(&w, tale);
    json_write_key(&w, "measures");
    json_write_object_begin(&w);
    write_int_or_null(&w, "time_to_recover_ms", tale->recover_ms);
    json_write_object_end(&w);
    json_write_object_end(&w);
    enum status st = json_writer_end(&w);
    return st == STATUS_OK ? buf_append_byte(out, '\n') : st;
}
