/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/run_journal.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/version.h"
#include "testbed/cluster_apiserver.h"

#include <sys/utsname.h>
#include <unistd.h>

static void
write_null(struct json_writer *w, const char *key)
{
    json_write_key(w, key);
    json_write_null(w);
}

static void
write_scenario(struct json_writer *w, const struct scenario *scenario)
{
    json_write_key(w, "scenario");
    json_write_object_begin(w);
    json_write_key_string(w, "name", buf_span(&scenario->name));
    json_write_key_string(w, "title", buf_span(&scenario->title));
    json_write_key_string(w, "file", buf_span(&scenario->file));
    json_write_key_string(w, "sha256", buf_span(&scenario->sha256));
    json_write_object_end(w);
}

/* A text that may be unknown. */
static void
write_known(struct json_writer *w, const char *key, struct span text)
{
    if (text.len > 0)
        json_write_key_string(w, key, text);
    else
        write_null(w, key);
}

static void
write_cluster(struct json_writer *w, const struct engine *engine,
    const struct run_facts *facts)
{
    static const char *const kinds[] = { [SCENARIO_MODEL] = "model",
        [SCENARIO_APISERVER] = "apiserver",
        [SCENARIO_KIND] = "kind" };
    struct buf version = { 0 }, sha256 = { 0 }, etcd = { 0 };
    struct kind_site_facts site = { 0 };

    if (engine->here == SCENARIO_APISERVER)
        cluster_apiserver_identify(facts->options->kube_apiserver,
            facts->options->etcd, &version, &sha256, &etcd);
    site.version = buf_span(&version);
    site.sha256 = buf_span(&sha256);
    site.etcd = buf_span(&etcd);
    if (facts->site != NULL)
        site = kind_site_look(facts->site);
    json_write_key(w, "cluster");
    json_write_object_begin(w);
    json_write_key_text(w, "kind", kinds[engine->here]);
    json_write_key_text(w, "kms", engine->scenario->kms_v1 ? "v1" : "v2");
    write_known(w, "version", site.version);
    write_known(w, "sha256", site.sha256);
    write_known(w, "etcd", site.etcd);
    if (facts->site != NULL)
        write_known(w, "image", site.image);
    json_write_object_end(w);
    buf_reset(&version);
    buf_reset(&sha256);
    buf_reset(&etcd);
}

static void
write_programs(struct json_writer *w, const struct run_options *options)
{
    const char *plugin = options->plugin;

    json_write_key(w, "plugin");
    json_write_object_begin(w);
    json_write_key_text(w, "name", plugin == NULL ? "ours" : "command");
    json_write_key(w, "command");
    json_write_array_begin(w);
    json_write_text(w, plugin == NULL ? "aws-kms-plugin" : plugin);
    json_write_array_end(w);
    json_write_key_text(w, "version", plugin == NULL ? project_version : "");
    json_write_object_end(w);
    json_write_key(w, "emulator");
    json_write_object_begin(w);
    json_write_key_text(w, "version", project_version);
    json_write_object_end(w);
}

static void
write_host(struct json_writer *w)
{
    struct utsname host = { 0 };

    (void)uname(&host);
    json_write_key(w, "host");
    json_write_object_begin(w);
    json_write_key_text(w, "os", host.sysname);
    json_write_key_text(w, "arch", host.machine);
    json_write_key_int(w, "cores", sysconf(_SC_NPROCESSORS_ONLN));
    json_write_object_end(w);
}

static void
write_optional(struct json_writer *w, const char *key, int64_t value)
{
    if (value < 0)
        write_null(w, key);
    else
        json_write_key_int(w, key, value);
}

static void
write_measures(struct json_writer *w, struct engine *engine)
{
    static const char *const operations[] = { "Encrypt", "Decrypt",
        "GenerateDataKey", "DescribeKey" };

    json_write_key(w, "measures");
    json_write_object_begin(w);
    write_optional(w, "time_to_detect_ms", engine->detected_ms);
    write_optional(w, "time_to_recover_ms", engine->recovered_ms);
    json_write_key(w, "kms_calls");
    json_write_object_begin(w);
    for (size_t i = 0; engine->stage != NULL && i < ARRAY_LEN(operations);
         i++) {
        int64_t calls = engine_kms_calls(engine, operations[i]);

        if (calls > 0)
            json_write_key_int(w, operations[i], calls);
    }
    json_write_object_end(w);
    json_write_object_end(w);
}

enum status
run_journal_write(
    struct engine *engine, const struct run_facts *facts, struct buf *out)
{
    struct buf started = { 0 };
    struct json_writer w = json_writer_to(out);
    const struct journal *journal = &engine->journal;
    enum status st = clock_format_rfc3339(facts->started_ms, &started);

    if (st == STATUS_OK)
        st = journal->status;
    json_write_object_begin(&w);
    json_write_key_text(&w, "format", "kmslab-journal/1");
    write_scenario(&w, engine->scenario);
    json_write_key_text(&w, "command", facts->options->command);
    json_write_key_int(&w, "seed", (int64_t)facts->options->seed);
    write_cluster(&w, engine, facts);
    write_programs(&w, facts->options);
    write_host(&w);
    json_write_key_string(&w, "started", buf_span(&started));
    json_write_key_int(&w, "duration_ms", engine_now(engine));
    json_write_key_int(&w, "wall_ms", facts->wall_ms);
    json_write_key_text(&w, "verdict", journal_verdict_names[journal->verdict]);
    json_write_key_string(&w, "cause", buf_span(&journal->cause));
    write_measures(&w, engine);
    journal_write_lists(journal, &w);
    json_write_object_end(&w);
    buf_reset(&started);
    enum status written = json_writer_end(&w);
    return st == STATUS_OK ? written : st;
}
