/* SPDX-License-Identifier: Apache-2.0 */
#include "report/junit.h"

#include "report/sheet.h"
#include "report/words.h"

enum {
    CHECKS_MAX = 200, /* told in a failure's text */
    LOGS_MAX = 200,   /* the last of a failed scenario, in system-out */
    RULE_MAX = 4096,  /* bytes of a fault's rule */
};

static void
put_seconds(struct sheet *s, const char *attribute, int64_t ms)
{
    long long known = ms < 0 ? 0 : (long long)ms;
    sheet_format(
        s, " %s=\"%lld.%03lld\"", attribute, known / 1000, known % 1000);
}

static void
put_attribute(struct sheet *s, const char *name, struct span value)
{
    sheet_format(s, " %s=\"", name);
    sheet_xml(s, value);
    sheet_put(s, "\"");
}

static void
put_property(struct sheet *s, const char *name, struct span value)
{
    if (value.len == 0)
        return;
    sheet_format(s, "   <property name=\"%s\"", name);
    put_attribute(s, "value", value);
    sheet_put(s, "/>\n");
}

static void
put_number(struct sheet *s, const char *name, int64_t value)
{
    if (value >= 0)
        sheet_format(s, "   <property name=\"%s\" value=\"%lld\"/>\n", name,
            (long long)value);
}

/* fault.NAME = its counts; fault.NAME.rule = what it was told to do. */
static void
put_fault(struct sheet *s, const struct report_fault *fault)
{
    struct buf words = { 0 };
    enum status st = words_fault(fault, &words);
    if (s->status == STATUS_OK)
        s->status = st;
    sheet_put(s, "   <property name=\"fault.");
    sheet_xml(s, fault->name);
    sheet_put(s, "\"");
    put_attribute(s, "value", buf_span(&words));
    sheet_put(s, "/>\n");
    buf_clear(&words);
    st = words_rule(fault, &words);
    if (st == STATUS_OK && words.len > 0 && words.len <= RULE_MAX) {
        sheet_put(s, "   <property name=\"fault.");
        sheet_xml(s, fault->name);
        sheet_put(s, ".rule\"");
        put_attribute(s, "value", buf_span(&words));
        sheet_put(s, "/>\n");
    }
    if (s->status == STATUS_OK)
        s->status = st;
    buf_reset(&words);
}

static void
put_properties(struct sheet *s, const struct report_journal *j)
{
    const struct report_fault *faults = j->faults.rows;
    sheet_put(s, "  <properties>\n");
    put_number(s, "seed", j->seed);
    put_property(s, "command", j->command);
    put_property(s, "file", j->scenario.file);
    put_property(s, "file.sha256", j->scenario.sha256);
    put_property(s, "cluster", j->cluster.kind);
    put_property(s, "cluster.kms", j->cluster.kms);
    put_property(s, "cluster.version", j->cluster.version);
    put_property(s, "cluster.sha256", j->cluster.sha256);
    put_property(s, "cluster.etcd", j->cluster.etcd);
    put_property(s, "cluster.image", j->cluster.image);
    put_property(s, "plugin", j->plugin.name);
    put_property(s, "plugin.version", j->plugin.version);
    put_property(s, "emulator.version", j->emulator.version);
    put_number(s, "time_to_detect_ms", j->measures.detect_ms);
    put_number(s, "time_to_recover_ms", j->measures.recover_ms);
    for (size_t i = 0; i < j->faults.count; i++)
        put_fault(s, &faults[i]);
    sheet_put(s, "  </properties>\n");
}

static void
put_outcome(struct sheet *s, const struct report_entry *entry)
{
    struct buf words = { 0 };
    const char *element = entry->verdict == REPORT_FAILED ? "failure" : "error";
    enum status st = words_failure(entry, CHECKS_MAX, &words);
    if (s->status == STATUS_OK)
        s->status = st;
    sheet_format(
        s, "   <%s type=\"%s\"", element, report_verdicts[entry->verdict]);
    put_attribute(s, "message", entry->cause);
    sheet_put(s, ">");
    sheet_xml(s, buf_span(&words));
    sheet_format(s, "</%s>\n", element);
    buf_reset(&words);
}

static void
put_logs(struct sheet *s, const struct report_journal *j)
{
    const struct report_log *logs = j->logs.rows;
    size_t count = j->logs.count;
    if (count == 0)
        return;
    sheet_put(s, "   <system-out>");
    for (size_t i = count > LOGS_MAX ? count - LOGS_MAX : 0; i < count; i++) {
        sheet_format(s, "%lld ms ", (long long)logs[i].at_ms);
        sheet_xml(s, logs[i].source);
        sheet_put(s, ": ");
        sheet_xml(s, logs[i].text);
        sheet_put(s, "\n");
    }
    sheet_put(s, "</system-out>\n");
}

static void
put_case(struct sheet *s, const struct report_entry *entry)
{
    const struct report_journal *j = entry->journal;
    sheet_put(s, "  <testcase classname=\"kmslab");
    if (j != NULL && j->cluster.kind.len > 0) {
        sheet_put(s, ".");
        sheet_xml(s, j->cluster.kind);
    }
    sheet_put(s, "\"");
    put_attribute(s, "name", entry->name);
    put_seconds(s, "time", j == NULL ? 0 : j->wall_ms);
    if (entry->verdict == REPORT_PASSED) {
        sheet_put(s, "/>\n");
        return;
    }
    sheet_put(s, ">\n");
    if (entry->verdict == REPORT_SKIPPED) {
        sheet_put(s, "   <skipped");
        put_attribute(s, "message", entry->cause);
        sheet_put(s, "/>\n");
    } else {
        put_outcome(s, entry);
        if (j != NULL)
            put_logs(s, j);
    }
    sheet_put(s, "  </testcase>\n");
}

static void
put_counts(struct sheet *s, const size_t counts[REPORT_VERDICT_COUNT])
{
    size_t tests = 0;
    for (size_t i = 0; i < REPORT_VERDICT_COUNT; i++)
        tests += counts[i];
    sheet_format(s,
        " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", tests,
        counts[REPORT_FAILED],
        counts[REPORT_ERROR] + counts[REPORT_INTERRUPTED],
        counts[REPORT_SKIPPED]);
}

static void
put_suite(struct sheet *s, const struct report_entry *entry)
{
    const struct report_journal *j = entry->journal;
    size_t counts[REPORT_VERDICT_COUNT] = { 0 };
    counts[entry->verdict] = 1;
    sheet_put(s, " <testsuite");
    put_attribute(s, "name", entry->name);
    put_counts(s, counts);
    put_seconds(s, "time", j == NULL ? 0 : j->wall_ms);
    if (j != NULL && j->started.len > 0)
        put_attribute(s, "timestamp", j->started);
    sheet_put(s, ">\n");
    if (j != NULL)
        put_properties(s, j);
    put_case(s, entry);
    sheet_put(s, " </testsuite>\n");
}

enum status
junit_print(const struct report_set *set, struct buf *out)
{
    const struct report_entry *entries = set->entries.rows;
    size_t counts[REPORT_VERDICT_COUNT];
    struct sheet s = sheet_to(out);
    report_set_count(set, counts);
    sheet_put(&s, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites name=\"kmslab\"");
    put_counts(&s, counts);
    put_seconds(&s, "time", set->wall_ms);
    if (set->started.len > 0)
        put_attribute(&s, "timestamp", set->started);
    sheet_put(&s, ">\n");
    for (size_t i = 0; i < set->entries.count; i++)
        put_suite(&s, &entries[i]);
    sheet_put(&s, "</testsuites>\n");
    return sheet_end(&s);
}
