/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/files.h"

#include "base/file.h"
#include "base/random.h"
#include "kind/state.h"

#include <openssl/crypto.h>
#include <stdio.h>

enum { MATERIAL_LEN = 32, FILE_NAME_MAX = 64 };

/* What each file is, in the order in which they are best read. */
typedef enum status sheet_fn(const struct kind_recipe *, size_t, struct buf *);

static enum status
write_config(const struct kind_recipe *r, size_t node, struct buf *out)
{
    (void)node;
    return kind_plan_config(r, out);
}

static enum status
write_encryption(const struct kind_recipe *r, size_t node, struct buf *out)
{
    (void)node;
    return r->plan->encryption != NULL
               ? buf_append_text(out, r->plan->encryption)
               : kind_plan_encryption(r->plan->kms, out);
}

static enum status
write_emulator(const struct kind_recipe *r, size_t node, struct buf *out)
{
    (void)node;
    return kind_plan_emulator_manifest(r, out);
}

static enum status
write_plugin(const struct kind_recipe *r, size_t node, struct buf *out)
{
    return kind_plan_plugin_manifest(r, node, out);
}

typedef enum status visit_fn(
    void *context, const char *name, const struct buf *text);

static enum status
visit_one(const struct kind_recipe *r, const char *name, sheet_fn *sheet,
    size_t node, visit_fn *visit, void *context)
{
    struct buf text = { 0 };
    enum status status = sheet(r, node, &text);

    if (status == STATUS_OK)
        status = visit(context, name, &text);
    buf_reset(&text);
    return status;
}

static enum status
visit_all(const struct kind_recipe *r, visit_fn *visit, void *context)
{
    enum status status =
        visit_one(r, "kind.yaml", write_config, 0, visit, context);

    if (status == STATUS_OK)
        status = visit_one(
            r, "enc/encryption.yaml", write_encryption, 0, visit, context);
    if (status == STATUS_OK && r->plan->emulator == KIND_EMULATOR_NODE)
        status = visit_one(r, "manifests/kmslab-emulator.yaml", write_emulator,
            0, visit, context);
    for (size_t i = 0; kind_plan_has_pod(r->plan) &&
                       i < r->plan->control_planes && status == STATUS_OK;
         i++) {
        char name[FILE_NAME_MAX];

        (void)snprintf(
            name, sizeof(name), "manifests/kmslab-plugin-%zu.yaml", i + 1);
        status = visit_one(r, name, write_plugin, i, visit, context);
    }
    return status;
}

struct place {
    const char *folder;
    struct buf *problem;
};

static enum status
put_file(const char *path, unsigned mode, const struct buf *text,
    struct buf *problem)
{
    struct buf folder = { 0 };
    size_t len = (size_t)(strrchr(path, '/') - path);
    enum status status = buf_append(&folder, span_of(path, len));

    if (status == STATUS_OK)
        status = kind_state_make_folder(buf_text(&folder), problem);
    if (status == STATUS_OK) {
        status = file_replace(path, mode, buf_span(text));
        if (status != STATUS_OK)
            buf_say(
                problem, "%s cannot be written: %s", path, status_text(status));
    }
    buf_reset(&folder);
    return status;
}

static enum status
put(void *context, const char *name, const struct buf *text)
{
    const struct place *place = context;
    struct buf path = { 0 };
    enum status status = buf_printf(&path, "%s/%s", place->folder, name);

    if (status == STATUS_OK)
        status = put_file(buf_text(&path), 0644, text, place->problem);
    buf_reset(&path);
    return status;
}

enum status
kind_files_seed(const char *key, const char *folder, struct buf *problem)
{
    uint8_t material[MATERIAL_LEN];
    struct random random = random_system();
    struct buf path = { 0 }, text = { 0 };
    enum status status = random_fill(&random, material, sizeof(material));

    if (status == STATUS_OK)
        status =
            kind_plan_seed(key, span_of(material, sizeof(material)), &text);
    if (status == STATUS_OK)
        status = buf_printf(&path, "%s/" KIND_FILES_SEED, folder);
    if (status == STATUS_OK)
        status = put_file(buf_text(&path), 0600, &text, problem);
    OPENSSL_cleanse(material, sizeof(material));
    buf_reset(&text);
    buf_reset(&path);
    return status;
}

enum status
kind_files_write(
    const struct kind_recipe *recipe, const char *folder, struct buf *problem)
{
    struct place place = { folder, problem };

    return visit_all(recipe, put, &place);
}

static enum status
print(void *context, const char *name, const struct buf *text)
{
    struct buf *out = context;
    enum status status = buf_printf(
        out, "%s# ---- %s ----\n", out->len > 0 ? "---\n" : "", name);

    return status == STATUS_OK ? buf_append(out, buf_span(text)) : status;
}

enum status
kind_files_print(const struct kind_recipe *recipe, struct buf *out)
{
    return visit_all(recipe, print, out);
}

enum status
kind_files_new_key(struct buf *key)
{
    struct random random = random_system();

    return random_uuid(&random, key);
}
