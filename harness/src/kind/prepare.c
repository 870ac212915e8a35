/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/creation.h"

#include "base/version.h"
#include "kind/files.h"
#include "kind/image.h"
#include "kind/name.h"
#include "kind/nodes.h"
#include "kind/preflight.h"
#include "kind/state.h"
#include "kind/tools.h"

static enum status
add_nodes(struct kind_names *names, const char *cluster, const char *role,
    size_t count)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct buf name = { 0 };

        status = kind_name_node(cluster, role, i, &name);
        if (status == STATUS_OK)
            status = kind_names_add(names, buf_span(&name));
        buf_reset(&name);
    }
    return status;
}

static enum status
fill_texts(struct creation *c)
{
    const struct kind_plan *plan = c->plan;
    struct kind_record *r = c->record;
    const struct {
        struct buf *to;
        const char *text;
    } texts[] = {
        { &r->name, plan->name },
        { &r->version, project_version },
        { &r->engine_program, c->engine.program },
        { &r->kms, kind_kms_names[plan->kms] },
        { &r->alias, plan->emulator == KIND_EMULATOR_NONE ? "" : KIND_ALIAS },
        { &r->emulator.where, kind_emulator_names[plan->emulator] },
        { &r->plugin.kind, kind_plugin_names[plan->plugin] },
        { &r->plugin.what, plan->plugin_what == NULL ? "" : plan->plugin_what },
    };
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(texts) && status == STATUS_OK; i++)
        status = buf_append_text(texts[i].to, texts[i].text);
    return status;
}

static enum status
fill_record(struct creation *c)
{
    const struct kind_plan *plan = c->plan;
    struct kind_record *r = c->record;
    enum status status = fill_texts(c);

    r->owner = KIND_OWNER_UP;
    if (status == STATUS_OK)
        status = add_nodes(&r->control_planes, plan->name, "control-plane",
            plan->control_planes);
    if (status == STATUS_OK)
        status = add_nodes(&r->workers, plan->name, "worker", plan->workers);
    if (status == STATUS_OK)
        status = plan->kubeconfig != NULL
                     ? buf_append_text(&r->kubeconfig, plan->kubeconfig)
                     : buf_printf(&r->kubeconfig, "%s/kubeconfig",
                           buf_text(&c->folder));
    if (status == STATUS_OK && plan->emulator != KIND_EMULATOR_NONE)
        status = kind_plan_key_arn(buf_text(&c->key), &r->key_arn);
    return status;
}

/* Whose network it is decides who removes it. */
static enum status
note_network(struct creation *c, struct buf *problem)
{
    bool there = false;
    enum status status =
        kind_nodes_network_is_there(&c->engine, &there, problem);

    if (status == STATUS_OK && !there)
        status = buf_append_text(&c->record->network, kind_nodes_network());
    return status;
}

static enum status
prepare_image(struct creation *c, struct buf *problem)
{
    struct kind_record *r = c->record;
    enum status status = kind_image_choose(
        c->plan->image, buf_text(&r->kind_program), &r->image, problem);

    if (status != STATUS_OK)
        return status;
    if (!kind_image_is_here(&c->engine, buf_text(&r->image)))
        kind_progress_say(
            c->progress, "fetching the node image %s", buf_text(&r->image));
    status = kind_image_ensure(&c->engine, buf_text(&r->image), problem);
    return status == STATUS_OK ? kind_image_look(&c->engine,
                                     buf_text(&r->image), &c->facts, problem)
                               : status;
}

enum status
creation_prepare(struct creation *c, struct buf *problem)
{
    enum status status = kind_tools_find(
        c->plan->kind_program, &c->record->kind_program, problem);

    if (status == STATUS_OK)
        status = kind_preflight(c->plan, &c->engine, problem);
    if (status == STATUS_OK)
        status = kind_state_folder(c->plan->name, &c->folder, problem);
    if (status == STATUS_OK)
        status = kind_files_new_key(&c->key);
    if (status == STATUS_OK)
        status = prepare_image(c, problem);
    if (status == STATUS_OK)
        status = kind_preflight_cgroup_v1(&c->engine, &c->recipe.cgroup_v1);
    if (status == STATUS_OK)
        status = note_network(c, problem);
    return status == STATUS_OK ? fill_record(c) : status;
}
