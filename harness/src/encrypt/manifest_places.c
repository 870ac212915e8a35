/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/manifest_places.h"

#include "encrypt/apiserver_manifest.h"

void
manifest_reset(struct manifest *m)
{
    yaml_tree_free(m->tree);
    *m = (struct manifest){ 0 };
}

enum status
manifest_refuse(struct buf *problem, const char *why)
{
    buf_say(problem,
        "%s %s: change it by hand, as `kmslab help kind` describes",
        APISERVER_MANIFEST_PATH, why);
    return STATUS_UNSUPPORTED;
}

static const struct yaml_node *
find_container(const struct yaml_node *spec)
{
    const struct yaml_node *list = yaml_tree_member(spec, "containers");

    for (size_t i = 0; list != NULL && i < list->item_count; i++) {
        if (span_equal_text(
                yaml_tree_text(list->items[i], "name"), "kube-apiserver"))
            return list->items[i];
    }
    return NULL;
}

static bool
has_all_places(const struct manifest *m)
{
    for (enum place p = COMMAND; p < ANNOTATIONS; p++) {
        if (m->at[p] == NULL || m->at[p]->kind != YAML_KIND_LIST ||
            m->at[p]->item_count == 0)
            return false;
    }
    return m->at[COMMAND]->item_count > 1 && m->at[ANNOTATIONS] != NULL &&
           m->at[ANNOTATIONS]->member_count > 0;
}

enum status
manifest_parse(struct span text, struct manifest *m, struct buf *problem)
{
    struct buf words = { 0 };
    enum status st = yaml_tree_parse(text, false, &m->tree, &words);

    if (st != STATUS_OK) {
        buf_say(problem, "%s is no YAML: %s", APISERVER_MANIFEST_PATH,
            buf_text(&words));
        buf_reset(&words);
        return st == STATUS_INVALID ? STATUS_UNSUPPORTED : st;
    }
    buf_reset(&words);
    const struct yaml_node *root = yaml_tree_root(m->tree);
    const struct yaml_node *spec = yaml_tree_member(root, "spec");
    const struct yaml_node *container = find_container(spec);

    m->text = text;
    m->at[COMMAND] = yaml_tree_member(container, "command");
    m->at[MOUNTS] = yaml_tree_member(container, "volumeMounts");
    m->at[VOLUMES] = yaml_tree_member(spec, "volumes");
    m->at[ANNOTATIONS] =
        yaml_tree_member(yaml_tree_member(root, "metadata"), "annotations");
    if (has_all_places(m))
        return STATUS_OK;
    manifest_reset(m);
    return manifest_refuse(problem, "is not as kubeadm writes it");
}

enum status
manifest_check(const struct manifest *before, struct span text,
    const int more[PLACES], struct buf *problem)
{
    struct manifest after = { 0 };
    enum status st = manifest_parse(text, &after, problem);

    if (st != STATUS_OK)
        return st;
    size_t old = yaml_tree_root(before->tree)->weight;
    size_t new = yaml_tree_root(after.tree)->weight;
    bool good = true;
    for (enum place p = COMMAND; p < PLACES; p++) {
        const struct yaml_node *a = before->at[p], *b = after.at[p];

        old -= a->weight;
        new -= b->weight;
        good = good && (int)(b->item_count + b->member_count) ==
                           (int)(a->item_count + a->member_count) + more[p];
    }
    manifest_reset(&after);
    return good && old == new ? STATUS_OK
                              : manifest_refuse(problem,
                                    "has lines where they were not expected");
}
