/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/report.h"

#include "base/json_writer.h"
#include "process/interrupt.h"

#include <unistd.h>

#define BOLD "\033[1m"
#define GREEN "\033[32m"
#define RED "\033[31m"
#define PLAIN "\033[0m"

struct report
report_to(FILE *to, bool json)
{
    return (struct report){ .to = to,
        .json = json,
        .coloured = !json && isatty(fileno(to)) == 1,
        .stage = "" };
}

void
report_reset(struct report *report)
{
    buf_reset(&report->failed);
}

static const char *
colour(const struct report *report, const char *sequence)
{
    return report->coloured ? sequence : "";
}

/* Without memory the line is lost; the demo's outcome does not hang on it. */
static void
print_event(struct report *report, struct buf *line, struct json_writer *w)
{
    json_write_object_end(w);
    if (json_writer_end(w) == STATUS_OK)
        fprintf(report->to, "%s\n", buf_text(line));
    buf_reset(line);
    fflush(report->to);
}

static void
begin_event(
    const struct report *report, struct json_writer *w, const char *kind)
{
    json_write_object_begin(w);
    json_write_key_text(w, "event", kind);
    json_write_key_text(w, "stage", report->stage);
}

void
report_stage(struct report *report, const char *title)
{
    struct buf line = { 0 };
    struct json_writer w = json_writer_to(&line);

    report->stage = title;
    report->stages++;
    if (report->json) {
        begin_event(report, &w, "stage");
        print_event(report, &line, &w);
        return;
    }
    fprintf(report->to, "\n%s%2u  %s%s\n", colour(report, BOLD), report->stages,
        title, colour(report, PLAIN));
    fflush(report->to);
}

void
report_fact(struct report *report, const char *name, const char *format, ...)
{
    struct buf value = { 0 }, line = { 0 };
    struct json_writer w = json_writer_to(&line);
    va_list args;

    va_start(args, format);
    if (buf_vprintf(&value, format, args) != STATUS_OK)
        buf_clear(&value);
    va_end(args);
    if (report->json) {
        begin_event(report, &w, "fact");
        json_write_key_text(&w, "name", name);
        json_write_key_string(&w, "value", buf_span(&value));
        print_event(report, &line, &w);
    } else {
        fprintf(report->to, "    %-15s %s\n", name, buf_text(&value));
    }
    buf_reset(&value);
}

static void
print_claim(struct report *report, bool holds, const struct buf *words)
{
    struct buf line = { 0 };
    struct json_writer w = json_writer_to(&line);

    if (report->json) {
        begin_event(report, &w, "claim");
        json_write_key_string(&w, "claim", buf_span(words));
        json_write_key_bool(&w, "holds", holds);
        print_event(report, &line, &w);
        return;
    }
    fprintf(report->to, "    %s%-5s%s %s\n",
        colour(report, holds ? GREEN : RED), holds ? "ok" : "FAILS",
        colour(report, PLAIN), buf_text(words));
    fflush(report->to);
}

bool
report_claim(struct report *report, bool holds, const char *format, ...)
{
    struct buf words = { 0 };
    va_list args;

    va_start(args, format);
    if (buf_vprintf(&words, format, args) != STATUS_OK)
        buf_clear(&words);
    va_end(args);
    /* Ctrl-C cut the check short: it says nothing about the claim. */
    if (!holds && interrupt_pending() != 0) {
        buf_reset(&words);
        return false;
    }
    report->claims++;
    print_claim(report, holds, &words);
    if (!holds)
        buf_take(&report->failed, &words);
    buf_reset(&words);
    return holds;
}

void
report_end(struct report *report, bool holds, int64_t duration_ms)
{
    struct buf line = { 0 };
    struct json_writer w = json_writer_to(&line);

    if (!report->json) {
        if (holds)
            fprintf(report->to, "\n%u checks, all hold; %.1f s.\n",
                report->claims, (double)duration_ms / 1000);
        fflush(report->to);
        return;
    }
    json_write_object_begin(&w);
    json_write_key_text(&w, "event", "end");
    json_write_key_int(&w, "claims", report->claims);
    json_write_key_bool(&w, "holds", holds);
    json_write_key(&w, "seconds");
    json_write_timestamp_ms(&w, duration_ms);
    print_event(report, &line, &w);
}
