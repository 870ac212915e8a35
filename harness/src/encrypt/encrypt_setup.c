/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/encrypt_setup.h"

#include "base/json.h"
#include "base/random.h"
#include "encrypt/node_files.h"
#include "encrypt/node_pods.h"
#include "kind/bundle.h"
#include "kind/image.h"

#include <openssl/crypto.h>

enum { KEY_BYTES = 32 };

struct setup {
    struct existing *e;
    struct kind_plan plan;
    struct kind_image_facts facts;
    struct kind_bundle bundle;
    struct buf bundle_folder;
    struct buf key;  /* its id */
    struct buf seed; /* the seed file that holds it */
};

static void
setup_reset(struct setup *s)
{
    kind_image_facts_reset(&s->facts);
    kind_bundle_reset(&s->bundle);
    buf_reset(&s->bundle_folder);
    buf_reset(&s->key);
    buf_reset(&s->seed);
}

/* ---- the key ----------------------------------------------------------- */

static enum status
read_key(struct setup *s)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(buf_span(&s->seed), &doc, NULL);

    if (st == STATUS_OK)
        st = buf_append(&s->key,
            json_get_string(json_member(
                json_at(json_member(json_root(doc), "keys"), 0), "id")));
    json_doc_free(doc);
    return st == STATUS_OK && s->key.len == 0 ? STATUS_INVALID : st;
}

static enum status
make_key(struct setup *s)
{
    uint8_t material[KEY_BYTES];
    struct random random = random_system();
    enum status st = random_fill(&random, material, sizeof(material));

    if (st == STATUS_OK)
        st = random_uuid(&random, &s->key);
    if (st == STATUS_OK)
        st = kind_plan_seed(
            buf_text(&s->key), span_of(material, sizeof(material)), &s->seed);
    OPENSSL_cleanse(material, sizeof(material));
    return st;
}

/* Of an earlier run that was broken off, or a new one. */
static enum status
find_key(struct setup *s, struct buf *problem)
{
    const char *node = existing_node(s->e, 0);
    enum status st =
        node_files_read(&s->e->engine, node, KIND_SEED_FILE, &s->seed, problem);

    if (st != STATUS_OK)
        return st;
    st = s->seed.len > 0 ? read_key(s) : make_key(s);
    if (st != STATUS_OK)
        buf_say(problem,
            "no KMS key can be had from " KIND_SEED_FILE " in %s"
            " or made: %s",
            node, status_text(st));
    return st;
}

/* ---- what is written down ---------------------------------------------- */

/* Where this machine reaches the emulator: by the node's address, since a port
 * cannot be published of a container that runs. */
static enum status
find_emulator(struct setup *s, struct buf *problem)
{
    struct kind_record *record = &s->e->record;
    struct buf addresses = { 0 };
    const char *const arguments[] = { "inspect", "--format",
        "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}",
        existing_node(s->e, 0), NULL };
    struct span address, rest;
    enum status st = engine_ask(&s->e->engine, arguments, &addresses, problem);

    if (!span_cut(buf_span(&addresses), ' ', &address, &rest))
        address = (struct span){ NULL, 0 };
    buf_clear(&record->emulator.endpoint);
    buf_clear(&record->emulator.admin);
    if (st == STATUS_OK)
        st = buf_printf(&record->emulator.endpoint, "http://%.*s:%d",
            SPAN_ARG(address), KIND_EMULATOR_PORT);
    if (st == STATUS_OK)
        st = buf_printf(&record->emulator.admin, "http://%.*s:%d",
            SPAN_ARG(address), KIND_ADMIN_PORT);
    buf_reset(&addresses);
    return st;
}

static enum status
save_record(struct setup *s, struct buf *problem)
{
    struct kind_record *record = &s->e->record;
    struct buf arn = { 0 };
    enum status st = kind_plan_key_arn(buf_text(&s->key), &arn);

    if (st == STATUS_OK)
        st = buf_set(&record->key_arn, buf_span(&arn));
    if (st == STATUS_OK)
        st = buf_set(&record->kms, span_text(kind_kms_names[s->plan.kms]));
    if (st == STATUS_OK)
        st = find_emulator(s, problem);
    record->ready = false;
    if (st == STATUS_OK)
        st = kind_record_save(record, problem);
    buf_reset(&arn);
    return st;
}

/* ---- the pods ---------------------------------------------------------- */

static enum status
look_at_node(struct setup *s, struct buf *problem)
{
    struct buf text = { 0 };
    const char *node = existing_node(s->e, 0);
    enum status st = node_files_run(&s->e->engine, node,
        "cat /kind/version && echo && cat /etc/containerd/config.toml", NULL,
        NULL, &text, problem);

    if (st == STATUS_OK) {
        st = kind_image_read(buf_span(&text), &s->facts);
        if (st != STATUS_OK)
            buf_say(problem,
                "%s is no node as kind makes them: no version or"
                " pause image is in /kind/version and containerd's"
                " configuration",
                node);
    }
    buf_reset(&text);
    return st;
}

static enum status
make_bundle(struct setup *s, struct buf *problem)
{
    const struct kind_bundle_programs programs = { .emulator = true,
        .plugin = true };
    enum status st =
        workspace_file(s->e->workspace, "bundle", &s->bundle_folder);

    return st == STATUS_OK ? kind_bundle_make(buf_text(&s->bundle_folder),
                                 &programs, &s->bundle, problem)
                           : st;
}

static const char *
loader(const struct buf *name)
{
    return name->len == 0 ? NULL : buf_text(name);
}

static struct kind_recipe
recipe_of(const struct setup *s)
{
    return (struct kind_recipe){
        .plan = &s->plan,
        .facts = &s->facts,
        .bundle = buf_text(&s->bundle_folder),
        .emulator_loader = loader(&s->bundle.emulator_loader),
        .plugin_loader = loader(&s->bundle.plugin_loader),
        .key = buf_text(&s->key),
    };
}

static enum status
start_emulator(struct setup *s, struct buf *problem)
{
    const struct kind_recipe recipe = recipe_of(s);
    const struct engine *engine = &s->e->engine;
    const char *node = existing_node(s->e, 0);
    enum status st = engine_copy_in(
        engine, node, KIND_SEED_FILE, "0600", buf_span(&s->seed), problem);

    if (st == STATUS_OK)
        st = node_pods_start_emulator(engine, node, &recipe, problem);
    if (st == STATUS_OK)
        st = node_pods_await(
            engine, node, NODE_PODS_EMULATOR, NODE_PODS_MS, problem);
    if (st == STATUS_OK)
        existing_say(s->e, "%s: the emulator runs, with the key %s", node,
            buf_text(&s->e->record.key_arn));
    return st;
}

static enum status
start_plugin(struct setup *s, size_t i, struct buf *problem)
{
    const struct kind_recipe recipe = recipe_of(s);
    const struct engine *engine = &s->e->engine;
    const char *node = existing_node(s->e, i);
    enum status st = node_pods_start_plugin(engine, node, i, &recipe, problem);

    if (st == STATUS_OK)
        st = node_pods_await(
            engine, node, NODE_PODS_PLUGIN, NODE_PODS_MS, problem);
    if (st == STATUS_OK)
        existing_say(s->e, "%s: the plugin runs, and can encrypt", node);
    return st;
}

enum status
encrypt_setup(struct existing *e, enum kind_kms kms, struct buf *problem)
{
    struct setup s = { .e = e,
        .plan = { .name = e->name,
            .control_planes = e->record.control_planes.count,
            .kms = kms,
            .emulator = KIND_EMULATOR_NODE,
            .plugin = KIND_PLUGIN_OURS } };
    enum status st = look_at_node(&s, problem);

    if (st == STATUS_OK)
        st = find_key(&s, problem);
    if (st == STATUS_OK)
        st = save_record(&s, problem);
    if (st == STATUS_OK)
        st = make_bundle(&s, problem);
    if (st == STATUS_OK)
        st = start_emulator(&s, problem);
    for (size_t i = 0; st == STATUS_OK && i < s.plan.control_planes; i++)
        st = start_plugin(&s, i, problem);
    setup_reset(&s);
    return st;
}
