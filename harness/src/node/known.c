/* SPDX-License-Identifier: Apache-2.0 */
#include "node/known.h"

#include "kind/name.h"
#include "kind/nodes.h"
#include "node/node_etcd.h"

void
kind_known_reset(struct kind_known *known)
{
    kind_record_reset(&known->record);
}

void
kind_known_words(bool is_what, const char **name, const char **what)
{
    if (is_what && *what == NULL) {
        *what = *name;
        *name = NULL;
    }
    if (*name == NULL)
        *name = "kmslab";
}

enum status
kind_known_open(const char *name, struct kind_known *out, struct buf *problem)
{
    enum status st = kind_name_check(name, problem);

    if (st != STATUS_OK)
        return st;
    st = kind_record_load(name, &out->record, problem);
    if (st == STATUS_NOT_FOUND)
        buf_say(problem,
            "kmslab knows no cluster %s: kmslab kind list has those that it "
            "made or encrypted",
            name);
    if (st == STATUS_OK)
        out->engine = engine_find(buf_text(&out->record.engine_program));
    return st;
}

const char *
kind_known_node(
    const struct kind_known *known, const char *node, struct buf *problem)
{
    const struct kind_names *nodes = &known->record.control_planes;

    for (size_t i = 0; i < nodes->count; i++)
        if (node == NULL || strcmp(node, buf_text(&nodes->names[i])) == 0)
            return buf_text(&nodes->names[i]);
    buf_say(problem, "cluster %s has no control plane %s",
        buf_text(&known->record.name), node == NULL ? "yet" : node);
    return NULL;
}

enum status
kind_known_admin(const char *name, struct buf *url, struct buf *problem)
{
    struct kind_known known = { 0 };
    enum status st = kind_known_open(name, &known, problem);

    if (st == STATUS_OK)
        st = kind_nodes_find_emulator(&known.engine, &known.record, problem);
    if (st == STATUS_OK && known.record.emulator.admin.len == 0) {
        buf_say(problem,
            "cluster %s has no emulator that kmslab started: --admin URL says "
            "where it is",
            name);
        st = STATUS_NOT_FOUND;
    }
    if (st == STATUS_OK)
        st = buf_append(url, buf_span(&known.record.emulator.admin));
    kind_known_reset(&known);
    return st;
}

/* Parts of a key of etcd and of nothing else. */
static enum status
say_key(const char *secret, struct buf *key, struct buf *problem)
{
    struct span name_space, name;
    size_t at;

    if (!span_cut(span_text(secret), '/', &name_space, &name) ||
        name_space.len == 0 || name.len == 0 || span_find(name, '/', &at)) {
        buf_say(problem, "%s: a Secret is named NAMESPACE/NAME", secret);
        return STATUS_INVALID;
    }
    return buf_printf(key, "/registry/secrets/%s", secret);
}

/* Each member of etcd has all keys; a node that is down has none. */
static enum status
ask_each(const struct kind_known *known, const char *key, struct buf *value,
    struct buf *problem)
{
    const struct kind_names *nodes = &known->record.control_planes;
    enum status st = STATUS_NOT_FOUND;

    if (kind_known_node(known, NULL, problem) == NULL)
        return st;
    for (size_t i = 0; i < nodes->count; i++) {
        buf_clear(problem);
        st = node_etcd_get(
            &known->engine, buf_text(&nodes->names[i]), key, value, problem);
        if (st == STATUS_OK || st == STATUS_CANCELLED)
            break;
    }
    return st;
}

enum status
kind_known_stored(const char *name, const char *secret, struct buf *key,
    struct buf *value, struct buf *problem)
{
    struct kind_known known = { 0 };
    enum status st = say_key(secret, key, problem);

    if (st == STATUS_OK)
        st = kind_known_open(name, &known, problem);
    if (st == STATUS_OK)
        st = ask_each(&known, buf_text(key), value, problem);
    kind_known_reset(&known);
    return st;
}
