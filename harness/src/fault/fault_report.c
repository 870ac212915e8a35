/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/fault_report.h"

#include "base/clock.h"
#include "fault/columns.h"

static void
head(struct columns *columns, const char *const *titles)
{
    for (size_t i = 0; i < columns->width; i++)
        columns_add_text(columns, titles[i]);
}

static void
add_member(struct columns *columns, const struct json *from, const char *name)
{
    columns_add(columns, json_get_string(json_member(from, name)));
}

/* "error", or "slow=latency fail=error" where a rule does several things. */
static void
add_kinds(struct columns *columns, const struct json *rule)
{
    const struct json *action = json_member(rule, "do");
    struct span one = json_get_string(json_member(action, "kind"));
    struct buf all = { 0 };

    for (void *it = json_first(action); it != NULL && one.len == 0;
         it = json_next(action, it)) {
        struct span kind =
            json_get_string(json_member(json_iterator_value(it), "kind"));

        buf_say(&all, "%s%.*s=%.*s", all.len > 0 ? " " : "",
            SPAN_ARG(json_iterator_key(it)), SPAN_ARG(kind));
    }
    columns_add(columns, one.len > 0 ? one : buf_span(&all));
    buf_reset(&all);
}

/* "2 answered-400, 1 client-left" */
static void
add_observed(struct columns *columns, const struct json *observed)
{
    struct buf all = { 0 };

    for (void *it = json_first(observed); it != NULL;
         it = json_next(observed, it))
        buf_say(&all, "%s%lld %.*s", all.len > 0 ? ", " : "",
            (long long)json_get_int(json_iterator_value(it)),
            SPAN_ARG(json_iterator_key(it)));
    columns_add(columns, buf_span(&all));
    buf_reset(&all);
}

static void
add_rule(struct columns *columns, const struct json *entry)
{
    bool expired = json_get_bool(json_member(entry, "expired"));

    add_member(columns, entry, "name");
    add_kinds(columns, json_member(entry, "rule"));
    columns_add_text(columns, expired ? "expired" : "in force");
    columns_add_int(columns, json_get_int(json_member(entry, "matched")));
    columns_add_int(columns, json_get_int(json_member(entry, "fired")));
    add_observed(columns, json_member(entry, "observed"));
}

enum status
fault_report_rules(const struct json *answer, struct buf *out)
{
    static const char *const titles[] = { "NAME", "KIND", "STATE", "MATCHED",
        "FIRED", "CLIENTS SAW" };
    struct columns columns = { .width = ARRAY_LEN(titles) };
    const struct json *rules = json_member(answer, "rules");
    bool paused = json_get_bool(json_member(answer, "paused"));
    enum status status = buf_printf(out, "seed %lld%s, %zu rules\n",
        (long long)json_get_int(json_member(answer, "seed")),
        paused ? ", paused" : "", json_count(rules));

    head(&columns, titles);
    for (size_t i = 0; i < json_count(rules); i++)
        add_rule(&columns, json_at(rules, i));
    if (status == STATUS_OK && json_count(rules) > 0)
        status = columns_print(&columns, out);
    columns_reset(&columns);
    return status;
}

/* "rate", or "[a|b]" where there are choices; in <> where it must be given. */
static void
add_parameter(struct columns *columns, const struct json *parameter)
{
    bool required = json_get_bool(json_member(parameter, "required"));
    struct span name = json_get_string(json_member(parameter, "name"));
    struct span type = json_get_string(json_member(parameter, "type"));
    const struct json *choices = json_member(parameter, "choices");
    struct buf text = { 0 };

    columns_add_text(columns, "");
    buf_say(&text, "  %.*s%s", SPAN_ARG(name), required ? " (needed)" : "");
    columns_add(columns, buf_span(&text));
    buf_clear(&text);
    buf_say(&text, "%.*s: %.*s", SPAN_ARG(type),
        SPAN_ARG(json_get_string(json_member(parameter, "about"))));
    for (size_t i = 0; i < json_count(choices); i++)
        buf_say(&text, "%s%.*s", i == 0 ? "; one of " : ", ",
            SPAN_ARG(json_get_string(json_at(choices, i))));
    columns_add(columns, buf_span(&text));
    buf_reset(&text);
}

enum status
fault_report_kinds(const struct json *answer, struct buf *out)
{
    static const char *const titles[] = { "KIND", "STAGE", "WHAT HAPPENS" };
    struct columns columns = { .width = ARRAY_LEN(titles) };
    const struct json *kinds = json_member(answer, "kinds");
    enum status status;

    head(&columns, titles);
    for (size_t i = 0; i < json_count(kinds); i++) {
        const struct json *kind = json_at(kinds, i);
        const struct json *parameters = json_member(kind, "parameters");

        add_member(&columns, kind, "kind");
        add_member(&columns, kind, "stage");
        add_member(&columns, kind, "about");
        for (size_t p = 0; p < json_count(parameters); p++)
            add_parameter(&columns, json_at(parameters, p));
    }
    status = columns_print(&columns, out);
    columns_reset(&columns);
    return status;
}

enum status
fault_report_presets(const struct json *answer, struct buf *out)
{
    static const char *const titles[] = { "PRESET", "LASTS", "RULES",
        "WHAT HAPPENS" };
    struct columns columns = { .width = ARRAY_LEN(titles) };
    const struct json *presets = json_member(answer, "presets");
    enum status status;

    head(&columns, titles);
    for (size_t i = 0; i < json_count(presets); i++) {
        const struct json *preset = json_at(presets, i);

        add_member(&columns, preset, "name");
        add_member(&columns, preset, "lasts");
        columns_add_int(
            &columns, (int64_t)json_count(json_member(preset, "rules")));
        add_member(&columns, preset, "about");
        columns_add_text(&columns, "");
        columns_add_text(&columns, "");
        columns_add_text(&columns, "");
        add_member(&columns, preset, "source");
    }
    status = columns_print(&columns, out);
    columns_reset(&columns);
    return status;
}

static void
add_event(struct columns *columns, const struct json *event)
{
    struct buf time = { 0 };
    enum status status =
        clock_format_rfc3339(json_get_int(json_member(event, "at_ms")), &time);

    columns_add_int(columns, json_get_int(json_member(event, "seq")));
    columns_add(columns, buf_span(&time));
    add_member(columns, event, "rule");
    add_member(columns, event, "kind");
    add_member(columns, event, "operation");
    add_member(columns, event, "outcome");
    add_member(columns, event, "request_id");
    if (status != STATUS_OK)
        columns->status = status;
    buf_reset(&time);
}

enum status
fault_report_events(const struct json *answer, struct buf *out)
{
    static const char *const titles[] = { "SEQ", "TIME", "RULE", "KIND",
        "OPERATION", "OUTCOME", "REQUEST" };
    struct columns columns = { .width = ARRAY_LEN(titles) };
    const struct json *events = json_member(answer, "events");
    int64_t dropped = json_get_int(json_member(answer, "dropped"));
    enum status status = STATUS_OK;

    head(&columns, titles);
    for (size_t i = 0; i < json_count(events); i++)
        add_event(&columns, json_at(events, i));
    if (dropped > 0)
        status =
            buf_printf(out, "%lld older ones are gone\n", (long long)dropped);
    if (status == STATUS_OK)
        status = columns_print(&columns, out);
    columns_reset(&columns);
    return status;
}

enum status
fault_report_names(const struct json *answer, struct buf *out)
{
    struct columns columns = { .width = 1 };
    const struct json *names = json_member(answer, "names");
    enum status status;

    for (size_t i = 0; i < json_count(names); i++)
        columns_add(&columns, json_get_string(json_at(names, i)));
    status = columns_print(&columns, out);
    columns_reset(&columns);
    return status;
}
