/* SPDX-License-Identifier: Apache-2.0 */
/* kind_destroy: in the order in which things depend on each other, the record
 * last. */
#include "kind/create.h"
#include "kind/host_emulator.h"
#include "kind/nodes.h"
#include "kind/state.h"
#include "kind/tools.h"

static bool
lies_in(const char *path, const char *folder)
{
    size_t len = strlen(folder);

    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* A kubeconfig of the user's own has an entry of ours, which kind takes out;
 * one in our folder goes with it. */
static enum status
clean_kubeconfig(const struct kind_record *record, const struct engine *engine,
    const char *folder, struct buf *problem)
{
    const char *const argv[] = { buf_text(&record->kind_program), "delete",
        "cluster", "--name", buf_text(&record->name), "--kubeconfig",
        buf_text(&record->kubeconfig), NULL };
    struct capture_call call = { .argv = argv, .to_the_end = true };
    struct capture_result result = { 0 };
    struct environment environment = { 0 };
    enum status status;

    if (record->kubeconfig.len == 0 || record->kind_program.len == 0 ||
        lies_in(buf_text(&record->kubeconfig), folder))
        return STATUS_OK;
    status = kind_tools_environment(engine, &environment);
    call.environment = environment.entries;
    if (status == STATUS_OK)
        status = capture_run(&call, &result);
    if (status != STATUS_OK || result.exit_code != 0) {
        buf_say(problem,
            "%s still names the cluster: kind delete cluster"
            " --name %s takes it out",
            buf_text(&record->kubeconfig), buf_text(&record->name));
        status = STATUS_DENIED;
    }
    environment_reset(&environment);
    capture_result_reset(&result);
    return status;
}

/* One that we only encrypted is not ours to remove; where others removed it,
 * what we remember of it goes. */
static enum status
forget(const struct engine *engine, const char *name,
    const struct kind_progress *progress, struct buf *problem)
{
    struct buf nodes = { 0 }, words = { 0 };
    enum status status = kind_nodes_list(engine, name, &nodes, &words);
    bool gone = status == STATUS_OK && nodes.len == 0;

    buf_reset(&nodes);
    buf_reset(&words);
    if (gone) {
        kind_progress_say(
            progress, "%s is gone: forgetting that it was encrypted", name);
        return kind_record_remove(name, problem);
    }
    buf_say(problem,
        "kmslab did not make the cluster %s and does not remove it; kmslab"
        " kind decrypt %s takes its encryption back",
        name, name);
    return STATUS_DENIED;
}

static enum status
remove_all(const struct kind_record *record, const struct engine *engine,
    const struct kind_progress *progress, struct buf *problem)
{
    const char *name = buf_text(&record->name);
    struct buf folder = { 0 };
    enum status status = kind_state_folder(name, &folder, problem);

    if (status == STATUS_OK) {
        kind_progress_say(progress, "removing the nodes of %s", name);
        status = kind_nodes_remove(engine, name, problem);
    }
    if (status == STATUS_OK)
        status = kind_host_emulator_stop(buf_text(&folder), record, problem);
    if (status == STATUS_OK && record->network.len > 0)
        status = kind_nodes_network_remove(
            engine, buf_text(&record->network), problem);
    if (status == STATUS_OK)
        status = clean_kubeconfig(record, engine, buf_text(&folder), problem);
    if (status == STATUS_OK)
        status = kind_record_remove(name, problem);
    buf_reset(&folder);
    return status;
}

enum status
kind_destroy(const struct kind_record *record,
    const struct kind_progress *progress, struct buf *problem)
{
    const char *name = buf_text(&record->name);
    struct engine engine = engine_find(record->engine_program.len > 0
                                           ? buf_text(&record->engine_program)
                                           : NULL);

    engine.to_the_end = true;
    if (record->owner == KIND_OWNER_UNKNOWN)
        return kind_record_remove(name, problem);
    if (record->owner == KIND_OWNER_ENCRYPT)
        return forget(&engine, name, progress, problem);
    return remove_all(record, &engine, progress, problem);
}
