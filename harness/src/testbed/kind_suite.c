/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/kind_suite.h"

#include "kind/create.h"
#include "kind/state.h"
#include "kind/tools.h"
#include "testbed/kind_site_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN "kmslab-run-" /* and the id of our process */
#define PREFIX "kind:"

struct kind_suite {
    struct kind_suite_options options;
    struct buf cluster; /* "kind:NAME" */
    bool own;
};

const char *
kind_suite_name(const char *cluster)
{
    if (cluster == NULL)
        return NULL;
    if (strcmp(cluster, "kind") == 0)
        return "";
    return strncmp(cluster, PREFIX, strlen(PREFIX)) == 0
               ? cluster + strlen(PREFIX)
               : NULL;
}

void
kind_suite_say(const char *name, struct buf *out)
{
    bool own = name[0] == '\0' || strncmp(name, OWN, strlen(OWN)) == 0;

    buf_say(out, " --cluster kind%s%s", own ? "" : ":", own ? "" : name);
}

const char *
kind_suite_cluster(const struct kind_suite *suite)
{
    return buf_text(&suite->cluster);
}

enum status
kind_suite_check(struct buf *problem)
{
    const struct engine engine = engine_find(NULL);
    struct buf kind = { 0 };
    enum status st = engine_check(&engine, problem);

    if (st == STATUS_OK)
        st = kind_tools_find(NULL, &kind, problem);
    buf_reset(&kind);
    return st;
}

static const char *
name_of(const struct kind_suite *suite)
{
    return kind_suite_name(kind_suite_cluster(suite));
}

static void
say(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "%s\n", line);
}

static struct kind_progress
progress_of(const struct kind_suite *suite)
{
    return (struct kind_progress){ suite->options.quiet ? NULL : say, NULL };
}

/* Before a plugin stands there, the cluster's own Secrets are to be written:
 * each run has a configuration of its own. */
static const char plain[] = "apiVersion: apiserver.config.k8s.io/v1\n"
                            "kind: EncryptionConfiguration\n"
                            "resources:\n"
                            "- resources: [secrets]\n"
                            "  providers:\n"
                            "  - identity: {}\n";

static enum status
create(const struct kind_suite *suite, const char *sockets, struct buf *problem)
{
    static const char *const arguments[] = { "feature-gates=KMSv1=true", NULL };
    const struct kind_progress progress = progress_of(suite);
    const struct kind_plan plan = {
        .name = name_of(suite),
        .control_planes = suite->options.apiservers,
        .emulator = KIND_EMULATOR_NONE,
        .plugin = KIND_PLUGIN_NONE,
        .socket_folder = sockets,
        .encryption = plain,
        .apiserver_arguments = arguments,
    };
    struct kind_record record = { 0 };
    enum status st = kind_create(&plan, &record, &progress, problem);

    kind_record_reset(&record);
    return st;
}

/* The sockets' folder is beside the record, so that a kept cluster has it. */
static enum status
make_own(struct kind_suite *suite, struct buf *problem)
{
    struct buf sockets = { 0 };
    enum status st =
        buf_printf(&suite->cluster, PREFIX OWN "%ld", (long)getpid());

    if (st == STATUS_OK)
        st = kind_state_file(name_of(suite), "sockets", &sockets, problem);
    if (st == STATUS_OK)
        st = create(suite, buf_text(&sockets), problem);
    buf_reset(&sockets);
    return st;
}

static enum status
take_given(struct kind_suite *suite, struct buf *problem)
{
    const char *name = suite->options.name;
    struct kind_record record = { 0 };
    enum status st = kind_site_record(name, &record, problem);

    kind_record_reset(&record);
    return st == STATUS_OK ? buf_printf(&suite->cluster, PREFIX "%s", name)
                           : st;
}

enum status
kind_suite_open(const struct kind_suite_options *options,
    struct kind_suite **out, struct buf *problem)
{
    struct kind_suite *suite = calloc(1, sizeof(*suite));

    if (suite == NULL)
        return STATUS_NO_MEMORY;
    suite->options = *options;
    suite->own = options->name[0] == '\0';
    enum status st =
        suite->own ? make_own(suite, problem) : take_given(suite, problem);
    if (st == STATUS_OK) {
        *out = suite;
        return STATUS_OK;
    }
    buf_reset(&suite->cluster);
    free(suite);
    return st;
}

/* Each apiserver has its own configuration again, and our Secrets are gone. */
static enum status
give_back(const struct kind_record *record, struct buf *problem)
{
    struct engine engine = engine_find(buf_text(&record->engine_program));
    enum status st = STATUS_OK;

    engine.to_the_end = true;
    for (size_t i = 0; i < record->control_planes.count && st == STATUS_OK; i++)
        st = kind_site_clean(
            &engine, buf_text(&record->control_planes.names[i]), problem);
    for (size_t i = 0; i < record->control_planes.count && st == STATUS_OK; i++)
        st = node_apiserver_restore(
            &engine, buf_text(&record->control_planes.names[i]), problem);
    return st;
}

static enum status
end(const struct kind_suite *suite, struct buf *problem)
{
    const struct kind_progress progress = progress_of(suite);
    struct kind_record record = { 0 };
    enum status st = kind_record_load(name_of(suite), &record, problem);

    if (st == STATUS_OK && suite->own && !suite->options.keep)
        st = kind_destroy(&record, &progress, problem);
    else if (st == STATUS_OK)
        st = give_back(&record, problem);
    if (st == STATUS_OK && suite->own && suite->options.keep)
        fprintf(stderr,
            "The cluster is kept: --cluster kind:%s uses it again, kmslab kind "
            "down %s removes it.\n",
            name_of(suite), name_of(suite));
    kind_record_reset(&record);
    return st;
}

enum status
kind_suite_close(struct kind_suite *suite, struct buf *problem)
{
    enum status st = STATUS_OK;

    if (suite == NULL)
        return STATUS_OK;
    st = end(suite, problem);
    buf_reset(&suite->cluster);
    free(suite);
    return st;
}
