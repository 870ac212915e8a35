/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/creation.h"

#include "kind/files.h"
#include "kind/host_emulator.h"
#include "kind/nodes.h"
#include "kind/state.h"

static enum status
write_files(struct creation *c, struct buf *problem)
{
    c->named = *c->plan;
    c->named.image = buf_text(&c->record->image);
    c->recipe.plan = &c->named;
    c->recipe.facts = &c->facts;
    c->recipe.folder = buf_text(&c->folder);
    c->recipe.bundle = buf_text(&c->bundle.folder);
    c->recipe.emulator_loader = kind_text_or_null(&c->bundle.emulator_loader);
    c->recipe.plugin_loader = kind_text_or_null(&c->bundle.plugin_loader);
    c->recipe.key = buf_text(&c->key);
    c->recipe.host_endpoint = kind_text_or_null(&c->record->emulator.endpoint);
    return kind_files_write(&c->recipe, buf_text(&c->folder), problem);
}

static enum status
start_host_emulator(struct creation *c, struct buf *problem)
{
    const char *folder = buf_text(&c->folder);
    struct buf address = { 0 }, seed = { 0 };
    enum status status =
        kind_nodes_network_gateway(&c->engine, &address, problem);

    kind_progress_say(c->progress, "starting kms-emulator on this machine");
    if (status == STATUS_OK)
        status = buf_printf(&seed, "%s/" KIND_FILES_SEED, folder);
    if (status == STATUS_OK)
        status = kind_host_emulator_start(
            folder, buf_text(&address), buf_text(&seed), c->record, problem);
    if (status == STATUS_OK)
        status = kind_record_save(c->record, problem);
    buf_reset(&seed);
    buf_reset(&address);
    return status;
}

/* The manifests name the port of an emulator here, so it comes before them,
 * and its seed before it. */
enum status
creation_furnish(struct creation *c, struct buf *problem)
{
    enum status status =
        kind_bundle_of_plan(c->plan, buf_text(&c->folder), &c->bundle, problem);

    if (status == STATUS_OK && c->plan->socket_folder != NULL)
        status = kind_state_make_folder(c->plan->socket_folder, problem);
    if (status == STATUS_OK && c->plan->emulator != KIND_EMULATOR_NONE)
        status =
            kind_files_seed(buf_text(&c->key), buf_text(&c->folder), problem);
    if (status == STATUS_OK && c->plan->emulator == KIND_EMULATOR_HOST)
        status = start_host_emulator(c, problem);
    return status == STATUS_OK ? write_files(c, problem) : status;
}
