/* SPDX-License-Identifier: Apache-2.0 */
#include "soak/record.h"

#include "base/json_writer.h"

void
record_add(struct record *record, double hours, const struct usage *usage)
{
    if (record->count == TREND_SAMPLES_MAX)
        return;
    size_t at = record->count++;
    record->memory[at] = (struct trend_sample){ hours, (double)usage->memory };
    record->threads[at] = (struct trend_sample){ hours, usage->threads };
    record->descriptors[at] =
        (struct trend_sample){ hours, usage->descriptors };
    record->closed = usage->closed;
}

/* What is judged, and by which limit. */
struct findings {
    uint64_t calls, failed, wrong;
    struct trend memory;
    size_t samples; /* that were judged */
    double slope_max;
    bool memory_grows, threads_grow, descriptors_grow;
};

static struct findings
find(const struct record_result *r)
{
    const struct record *record = r->record;
    struct findings f = { 0 };
    for (size_t i = 0; i < CALLER_CALL_COUNT; i++) {
        const uint64_t *calls = r->tally.calls[i];
        f.calls +=
            calls[CALLER_GOOD] + calls[CALLER_FAILED] + calls[CALLER_WRONG];
        f.failed += calls[CALLER_FAILED];
        f.wrong += calls[CALLER_WRONG];
    }
    size_t first = record->count / 3;
    f.samples = record->count - first;
    f.slope_max =
        r->seconds < RECORD_LONG_S ? RECORD_SLOPE_SHORT : RECORD_SLOPE_MAX;
    f.memory_grows =
        trend_of(record->memory + first, f.samples, &f.memory) == STATUS_OK &&
        trend_exceeds(&f.memory, f.slope_max);
    f.threads_grow = trend_has_risen(
        record->threads + first, f.samples, RECORD_THREAD_SLACK);
    f.descriptors_grow = trend_has_risen(
        record->descriptors + first, f.samples, RECORD_DESCRIPTOR_SLACK);
    return f;
}

static double
last_value(const struct record *record, const struct trend_sample *samples)
{
    return record->count == 0 ? 0 : samples[record->count - 1].value;
}

static void
print_text(const struct record_result *r, const struct findings *f, FILE *to)
{
    const double mib = 1024.0 * 1024.0;
    fprintf(
        to, "\n%-12s %10s %10s %10s\n", "calls", "right", "failed", "wrong");
    for (size_t i = 0; i < CALLER_CALL_COUNT; i++)
        fprintf(to, "%-12s %10llu %10llu %10llu\n", caller_names[i],
            (unsigned long long)r->tally.calls[i][CALLER_GOOD],
            (unsigned long long)r->tally.calls[i][CALLER_FAILED],
            (unsigned long long)r->tally.calls[i][CALLER_WRONG]);
    fprintf(to, "\nrequests for KMS, by what befell them:\n");
    for (size_t i = 0; i < GATE_FAULT_COUNT; i++)
        fprintf(to, "  %-10s %llu\n", gate_faults[i].name,
            (unsigned long long)r->faults[i]);
    fprintf(to,
        "\nmemory       %.2f MiB, slope %+.3f MiB/h with a standard error of "
        "%.3f (limit %.0f, %zu samples)\nthreads      %.0f\n",
        last_value(r->record, r->record->memory) / mib, f->memory.slope / mib,
        f->memory.error / mib, f->slope_max / mib, f->samples,
        last_value(r->record, r->record->threads));
    if (r->record->closed)
        fprintf(to, "descriptors  not counted: only root may\n");
    else
        fprintf(to, "descriptors  %.0f\n",
            last_value(r->record, r->record->descriptors));
    fprintf(to, "%llu calls in %.0f s and %u cycles, seed %llu\n",
        (unsigned long long)f->calls, r->seconds, r->cycles,
        (unsigned long long)r->seed);
    if (r->complaint.len > 0)
        fprintf(to, "WRONG: %.*s\n", SPAN_ARG(r->complaint));
    if (f->memory_grows)
        fprintf(to, "WRONG: memory grows by more than %.0f MiB an hour\n",
            f->slope_max / mib);
    if (f->threads_grow || f->descriptors_grow)
        fprintf(to, "WRONG: the number of %s grows\n",
            f->threads_grow ? "threads" : "descriptors");
}

/* [milliseconds, bytes, threads, descriptors] of each. */
static void
write_samples(const struct record *record, struct json_writer *w)
{
    json_write_key(w, "samples");
    json_write_array_begin(w);
    for (size_t i = 0; i < record->count; i++) {
        json_write_array_begin(w);
        json_write_int(w, (int64_t)(record->memory[i].hours * 3600000));
        json_write_int(w, (int64_t)record->memory[i].value);
        json_write_int(w, (int64_t)record->threads[i].value);
        json_write_int(w, (int64_t)record->descriptors[i].value);
        json_write_array_end(w);
    }
    json_write_array_end(w);
}

static enum status
write_json(const struct record_result *r, const struct findings *f, bool good,
    struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    json_write_key_bool(&w, "good", good);
    json_write_key_int(&w, "seed", (int64_t)r->seed);
    json_write_key_int(&w, "milliseconds", (int64_t)(r->seconds * 1000));
    json_write_key_int(&w, "cycles", r->cycles);
    json_write_key_int(&w, "calls", (int64_t)f->calls);
    json_write_key_int(&w, "failed", (int64_t)f->failed);
    json_write_key_int(&w, "wrong", (int64_t)f->wrong);
    json_write_key_string(&w, "complaint", r->complaint);
    write_samples(r->record, &w);
    json_write_key_int(
        &w, "memory", (int64_t)last_value(r->record, r->record->memory));
    json_write_key_int(&w, "memorySlope", (int64_t)f->memory.slope);
    json_write_key_int(&w, "memorySlopeMax", (int64_t)f->slope_max);
    json_write_key_int(&w, "memorySlopeError", (int64_t)f->memory.error);
    json_write_key_int(
        &w, "threads", (int64_t)last_value(r->record, r->record->threads));
    json_write_key_bool(&w, "threadsGrow", f->threads_grow);
    json_write_key_int(&w, "descriptors",
        (int64_t)last_value(r->record, r->record->descriptors));
    json_write_key_bool(&w, "descriptorsGrow", f->descriptors_grow);
    json_write_key(&w, "requests");
    json_write_object_begin(&w);
    for (size_t i = 0; i < GATE_FAULT_COUNT; i++)
        json_write_key_int(&w, gate_faults[i].name, (int64_t)r->faults[i]);
    json_write_object_end(&w);
    json_write_object_end(&w);
    return json_writer_end(&w);
}

bool
record_report(const struct record_result *result, bool json, FILE *to)
{
    const struct findings f = find(result);
    struct buf line = { 0 };
    bool good = f.wrong == 0 && f.calls > 0 && !f.memory_grows &&
                !f.threads_grow && !f.descriptors_grow;
    if (!json)
        print_text(result, &f, to);
    else if (write_json(result, &f, good, &line) == STATUS_OK)
        fprintf(to, "%s\n", buf_text(&line));
    else
        good = false;
    buf_reset(&line);
    return good;
}
