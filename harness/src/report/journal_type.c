/* SPDX-License-Identifier: Apache-2.0 */
#include "report/journal_type.h"

#include "report/report_journal.h"

enum {
    PHASES_MAX = 256,
    FAULTS_MAX = 4096,
    STEPS_MAX = 16384,
    EVENTS_MAX = 65536,
    EXPECTATIONS_MAX = 16384,
    LOADS_MAX = 1024,
    INVARIANTS_MAX = 1024,
    LOGS_MAX = 65536,
};

const char *const report_verdicts[] = { "passed", "failed", "skipped",
    "interrupted", "error", NULL };
const char *const report_lanes[] = { "kms", "plugin", "apiserver", "client",
    "harness", NULL };
const char *const report_probes[] = { "readyz", "healthz", "livez", "status",
    "plugin-healthz", NULL };
const char *const report_values[] = { "ok", "failed", "unreachable", NULL };
const char *const report_step_results[] = { "ok", "failed", "error", NULL };
const char *const report_layers[] = { "api", "readyz", "healthz", "livez",
    "metrics", "status", "etcd", "kms", "time", "process", NULL };
const char *const report_places[] = { "kms", "plugin", "process", NULL };
const char *const report_operations[] = { "write", "read", "list", NULL };
static const char *const levels[] = { "info", "warn", "error", NULL };

#define AT(type, member) .offset = offsetof(struct report_##type, member)
#define NEEDED .required = true

static const struct field phase_fields[] = {
    { "name", FIELD_TEXT, AT(phase, name), NEEDED },
    { "from_ms", FIELD_COUNT, AT(phase, from_ms), NEEDED },
    { "to_ms", FIELD_COUNT, AT(phase, to_ms) },
    { 0 },
};

static const struct field fault_fields[] = {
    { "name", FIELD_TEXT, AT(fault, name), NEEDED },
    { "where", FIELD_WORD, AT(fault, place), .words = report_places },
    { "from_ms", FIELD_COUNT, AT(fault, from_ms), NEEDED },
    { "to_ms", FIELD_COUNT, AT(fault, to_ms) },
    { "requested", FIELD_COUNT, AT(fault, requested) },
    { "matched", FIELD_COUNT, AT(fault, matched) },
    { "fired", FIELD_COUNT, AT(fault, fired), NEEDED },
    { "observed", FIELD_COUNT, AT(fault, observed) },
    { "rule", FIELD_ANY, AT(fault, rule) },
    { 0 },
};

static const struct field step_fields[] = {
    { "n", FIELD_COUNT, AT(step, n) },
    { "line", FIELD_COUNT, AT(step, line) },
    { "actor", FIELD_TEXT, AT(step, actor) },
    { "at_ms", FIELD_COUNT, AT(step, at_ms), NEEDED },
    { "took_ms", FIELD_COUNT, AT(step, took_ms) },
    { "do", FIELD_TEXT, AT(step, verb) },
    { "text", FIELD_TEXT, AT(step, text), NEEDED },
    { "result", FIELD_WORD, AT(step, result), NEEDED,
        .words = report_step_results },
    { "expected", FIELD_TEXT, AT(step, expected) },
    { "got", FIELD_TEXT, AT(step, got) },
    { 0 },
};

static const struct field event_fields[] = {
    { "at_ms", FIELD_COUNT, AT(event, at_ms), NEEDED },
    { "lane", FIELD_WORD, AT(event, lane), NEEDED, .words = report_lanes },
    { "text", FIELD_TEXT, AT(event, text), NEEDED },
    { "request_id", FIELD_TEXT, AT(event, request_id) },
    { "level", FIELD_WORD, AT(event, level), .words = levels },
    { 0 },
};

static const struct field state_fields[] = {
    { "at_ms", FIELD_COUNT, AT(state, at_ms), NEEDED },
    { "probe", FIELD_WORD, AT(state, probe), NEEDED, .words = report_probes },
    { "value", FIELD_WORD, AT(state, value), NEEDED, .words = report_values },
    { "detail", FIELD_TEXT, AT(state, detail) },
    { 0 },
};

static const struct field expectation_fields[] = {
    { "line", FIELD_COUNT, AT(expectation, line) },
    { "layer", FIELD_WORD, AT(expectation, layer), NEEDED,
        .words = report_layers },
    { "what", FIELD_TEXT, AT(expectation, what), NEEDED },
    { "expected", FIELD_TEXT, AT(expectation, expected) },
    { "got", FIELD_TEXT, AT(expectation, got) },
    { "passed", FIELD_BOOL, AT(expectation, passed), NEEDED },
    { 0 },
};

static const struct field load_fields[] = {
    { "phase", FIELD_TEXT, AT(load, phase), NEEDED },
    { "operation", FIELD_WORD, AT(load, operation), NEEDED,
        .words = report_operations },
    { "requests", FIELD_COUNT, AT(load, requests), NEEDED },
    { "ok", FIELD_COUNT, AT(load, ok), NEEDED },
    { "errors", FIELD_COUNTS, AT(load, errors) },
    { "p50_ms", FIELD_REAL, AT(load, p50_ms) },
    { "p95_ms", FIELD_REAL, AT(load, p95_ms) },
    { "p99_ms", FIELD_REAL, AT(load, p99_ms) },
    { "max_ms", FIELD_REAL, AT(load, max_ms) },
    { 0 },
};

static const struct field invariant_fields[] = {
    { "name", FIELD_TEXT, AT(invariant, name), NEEDED },
    { "passed", FIELD_BOOL, AT(invariant, passed), NEEDED },
    { "detail", FIELD_TEXT, AT(invariant, detail) },
    { 0 },
};

static const struct field log_fields[] = {
    { "at_ms", FIELD_COUNT, AT(log, at_ms), NEEDED },
    { "source", FIELD_TEXT, AT(log, source), NEEDED },
    { "text", FIELD_TEXT, AT(log, text), NEEDED },
    { "request_id", FIELD_TEXT, AT(log, request_id) },
    { 0 },
};

static const struct field about_fields[] = {
    { "name", FIELD_TEXT, AT(about, name), NEEDED },
    { "title", FIELD_TEXT, AT(about, title) },
    { "file", FIELD_TEXT, AT(about, file) },
    { "sha256", FIELD_TEXT, AT(about, sha256) },
    { 0 },
};

static const struct field cluster_fields[] = {
    { "kind", FIELD_TEXT, AT(cluster, kind) },
    { "kms", FIELD_TEXT, AT(cluster, kms) },
    { "version", FIELD_TEXT, AT(cluster, version) },
    { "sha256", FIELD_TEXT, AT(cluster, sha256) },
    { "etcd", FIELD_TEXT, AT(cluster, etcd) },
    { "image", FIELD_TEXT, AT(cluster, image) },
    { 0 },
};

static const struct field plugin_fields[] = {
    { "name", FIELD_TEXT, AT(plugin, name) },
    { "command", FIELD_TEXTS, AT(plugin, command) },
    { "version", FIELD_TEXT, AT(plugin, version) },
    { 0 },
};

static const struct field emulator_fields[] = {
    { "version", FIELD_TEXT, AT(emulator, version) },
    { 0 },
};

static const struct field host_fields[] = {
    { "os", FIELD_TEXT, AT(host, os) },
    { "arch", FIELD_TEXT, AT(host, arch) },
    { "cores", FIELD_COUNT, AT(host, cores) },
    { 0 },
};

static const struct field measures_fields[] = {
    { "time_to_detect_ms", FIELD_COUNT, AT(measures, detect_ms) },
    { "time_to_recover_ms", FIELD_COUNT, AT(measures, recover_ms) },
    { "kms_calls", FIELD_COUNTS, AT(measures, kms_calls) },
    { 0 },
};

#define TYPE(name, max)                                                        \
    static const struct field_type name##_type = { name##_fields,              \
        sizeof(struct report_##name), max }
TYPE(phase, PHASES_MAX);
TYPE(fault, FAULTS_MAX);
TYPE(step, STEPS_MAX);
TYPE(event, EVENTS_MAX);
TYPE(state, EVENTS_MAX);
TYPE(expectation, EXPECTATIONS_MAX);
TYPE(load, LOADS_MAX);
TYPE(invariant, INVARIANTS_MAX);
TYPE(log, LOGS_MAX);
TYPE(about, 1);
TYPE(cluster, 1);
TYPE(plugin, 1);
TYPE(emulator, 1);
TYPE(host, 1);
TYPE(measures, 1);

#define PART(name, member, kind, part)                                         \
    {                                                                          \
        name, kind, AT(journal, member), .type = &part##_type                  \
    }

static const struct field journal_fields[] = {
    { "format", FIELD_TEXT, AT(journal, format), NEEDED },
    { "scenario", FIELD_OBJECT, AT(journal, scenario), NEEDED,
        .type = &about_type },
    { "command", FIELD_TEXT, AT(journal, command) },
    { "seed", FIELD_COUNT, AT(journal, seed) },
    PART("cluster", cluster, FIELD_OBJECT, cluster),
    PART("plugin", plugin, FIELD_OBJECT, plugin),
    PART("emulator", emulator, FIELD_OBJECT, emulator),
    PART("host", host, FIELD_OBJECT, host),
    { "started", FIELD_TEXT, AT(journal, started) },
    { "duration_ms", FIELD_COUNT, AT(journal, duration_ms) },
    { "wall_ms", FIELD_COUNT, AT(journal, wall_ms) },
    { "verdict", FIELD_WORD, AT(journal, verdict), NEEDED,
        .words = report_verdicts },
    { "cause", FIELD_TEXT, AT(journal, cause) },
    PART("measures", measures, FIELD_OBJECT, measures),
    PART("phases", phases, FIELD_LIST, phase),
    PART("faults", faults, FIELD_LIST, fault),
    PART("steps", steps, FIELD_LIST, step),
    PART("events", events, FIELD_LIST, event),
    PART("states", states, FIELD_LIST, state),
    PART("expectations", expectations, FIELD_LIST, expectation),
    PART("load", load, FIELD_LIST, load),
    PART("invariants", invariants, FIELD_LIST, invariant),
    PART("logs", logs, FIELD_LIST, log),
    { 0 },
};

const struct field_type journal_type = { journal_fields,
    sizeof(struct report_journal), 1 };
