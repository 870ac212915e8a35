/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal as a report sees it: what one scenario did, what was done to it
 * and what came of it. Format "kmslab-journal/1", one JSON object. Times are
 * milliseconds of cluster time since the run's start. Counts and times that
 * the journal does not know are REPORT_UNKNOWN. All text is borrowed from the
 * journal and may hold any characters: whoever prints it escapes it.
 */
#ifndef REPORT_REPORT_JOURNAL_H
#define REPORT_REPORT_JOURNAL_H

#include "report/fields.h"

#define REPORT_UNKNOWN FIELD_UNKNOWN

enum { REPORT_JOURNAL_MAX = 16 * 1024 * 1024 }; /* bytes of a file */

enum report_verdict {
    REPORT_PASSED,
    REPORT_FAILED,
    REPORT_SKIPPED,
    REPORT_INTERRUPTED,
    REPORT_ERROR,
    REPORT_VERDICT_COUNT,
};
extern const char *const report_verdicts[]; /* their words, then NULL */

enum report_lane {
    REPORT_LANE_KMS,
    REPORT_LANE_PLUGIN,
    REPORT_LANE_APISERVER,
    REPORT_LANE_CLIENT,
    REPORT_LANE_HARNESS,
    REPORT_LANE_COUNT,
};
extern const char *const report_lanes[];

enum report_level { REPORT_INFO, REPORT_WARN, REPORT_LEVEL_ERROR };

enum report_probe { REPORT_PROBE_COUNT = 5 }; /* indices of report_probes */
extern const char *const report_probes[];

enum report_value { REPORT_VALUE_OK, REPORT_VALUE_FAILED, REPORT_UNREACHABLE };
extern const char *const report_values[];

enum report_step_result { REPORT_STEP_OK, REPORT_STEP_FAILED };
extern const char *const report_step_results[];
extern const char *const report_layers[];
extern const char *const report_places[];
extern const char *const report_operations[];

struct report_phase {
    struct span name;
    int64_t from_ms, to_ms;
};

struct report_fault {
    struct span name;
    int place; /* of report_places */
    int64_t from_ms, to_ms;
    int64_t requested, matched, fired, observed;
    const struct json *rule; /* may be NULL or null */
};

struct report_step {
    int64_t n, line;
    struct span actor;
    int64_t at_ms, took_ms;
    struct span verb, text;
    int result; /* enum report_step_result, or an error */
    struct span expected, got;
};

struct report_event {
    int64_t at_ms;
    int lane;
    struct span text, request_id;
    int level;
};

struct report_state {
    int64_t at_ms;
    int probe, value;
    struct span detail;
};

struct report_expectation {
    int64_t line;
    int layer; /* of report_layers */
    struct span what, expected, got;
    bool passed;
};

struct report_load {
    struct span phase;
    int operation; /* of report_operations */
    int64_t requests, ok;
    const struct json *errors; /* class to count, or NULL */
    double p50_ms, p95_ms, p99_ms, max_ms;
};

struct report_invariant {
    struct span name;
    bool passed;
    struct span detail;
};

struct report_log {
    int64_t at_ms;
    struct span source, text, request_id;
};

struct report_about { /* which scenario, on what */
    struct span name, title, file, sha256;
};

struct report_cluster {
    struct span kind, kms, version, sha256, etcd, image;
};

struct report_plugin {
    struct span name;
    const struct json *command;
    struct span version;
};

struct report_host {
    struct span os, arch;
    int64_t cores;
};

struct report_measures {
    int64_t detect_ms, recover_ms;
    const struct json *kms_calls;
};

struct report_emulator {
    struct span version;
};

struct report_journal {
    struct json_doc *doc; /* owns all text */
    struct span format;
    struct report_about scenario;
    struct span command;
    int64_t seed;
    struct report_cluster cluster;
    struct report_plugin plugin;
    struct report_emulator emulator;
    struct report_host host;
    struct span started;
    int64_t duration_ms, wall_ms;
    int verdict; /* enum report_verdict */
    struct span cause;
    struct report_measures measures;
    struct field_list phases, faults, steps, events, states, expectations;
    struct field_list load, invariants, logs;
};

/*
 * Reads the text of a journal. STATUS_INVALID, STATUS_VERSION for a format of
 * a newer kmslab, STATUS_TOO_LARGE; *problem says what and where.
 */
MUST_USE enum status report_journal_parse(
    struct span text, struct report_journal *out, struct buf *problem);

void report_journal_reset(struct report_journal *journal);

/* How many expectations and invariants did not hold. */
size_t report_journal_failures(const struct report_journal *journal);

/* The line of the scenario to look at first: of the first expectation or step
 * that failed, else 1. */
int64_t report_journal_line(const struct report_journal *journal);

/* Whether a fault fired as often as it was asked to; true where no number was
 * asked for. */
bool report_fault_is_whole(const struct report_fault *fault);

#endif
