/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/encrypt.h"

#include "base/clock.h"
#include "encrypt/apiserver_change.h"
#include "encrypt/encrypt_setup.h"
#include "encrypt/node_files.h"

struct apiserver_change
encrypt_change_of(const struct existing *e, size_t i)
{
    return (struct apiserver_change){ .engine = &e->engine,
        .node = existing_node(e, i),
        .server = &e->apis[i].server,
        .patience_ms = e->patience_ms };
}

enum status
encrypt_identity_first(enum kind_kms kms, struct buf *configuration)
{
    static const struct span kms_item = SPAN_INIT("  - kms:\n");
    static const struct span identity = SPAN_INIT("  - identity: {}\n");
    struct buf text = { 0 };
    size_t at = 0;
    enum status st = kind_plan_encryption(kms, &text);

    if (st == STATUS_OK && (!span_search(buf_span(&text), kms_item, &at) ||
                               !span_ends_with(buf_span(&text), identity)))
        st = STATUS_INTERNAL;
    if (st == STATUS_OK)
        st = buf_append(configuration, span_first(buf_span(&text), at));
    if (st == STATUS_OK)
        st = buf_append(configuration, identity);
    if (st == STATUS_OK)
        st = buf_append(configuration,
            span_skip(
                span_first(buf_span(&text), text.len - identity.len), at));
    buf_reset(&text);
    return st;
}

enum status
encrypt_prefix(enum kind_kms kms, struct buf *prefix)
{
    return buf_printf(
        prefix, "k8s:enc:kms:%s:" KIND_PROVIDER ":", kind_kms_names[kms]);
}

/* ---- before anything is changed ---------------------------------------- */

static enum status
look_at_nodes(const struct existing *e, struct buf *problem)
{
    enum status st = STATUS_OK;
    bool encrypts;

    for (size_t i = 0; st == STATUS_OK && i < e->record.control_planes.count;
         i++) {
        const struct apiserver_change change = encrypt_change_of(e, i);

        st = apiserver_change_look(&change, &encrypts, problem);
    }
    return st;
}

enum status
encrypt_refuse_others(
    const struct secret_tally *tally, enum kind_kms kms, struct buf *problem)
{
    struct buf ours = { 0 };
    enum status st = encrypt_prefix(kms, &ours);

    for (size_t i = 0; st == STATUS_OK && i < tally->row_count; i++) {
        const struct buf *prefix = &tally->rows[i].prefix;

        if (prefix->len == 0 || span_equal(buf_span(prefix), buf_span(&ours)))
            continue;
        buf_say(problem,
            "%zu of %zu Secrets are stored under %s, which a configuration for"
            " %s could not read: docs/KIND.md shows how to move them",
            tally->rows[i].count, tally->count, buf_text(prefix),
            buf_text(&ours));
        st = STATUS_EXISTS;
    }
    buf_reset(&ours);
    return st;
}

/* ---- kube-apiserver ---------------------------------------------------- */

static enum status
configure(const struct existing *e, size_t i, const struct buf *configuration,
    enum kind_kms kms, const char *outcome, struct buf *problem)
{
    const struct apiserver_change change = encrypt_change_of(e, i);
    struct clock clock = clock_monotonic();
    int64_t from_ms = clock_ms(&clock);
    enum status st = apiserver_change_encrypt(
        &change, buf_span(configuration), kms == KIND_KMS_V1, problem);

    if (st == STATUS_OK)
        existing_say(e, "%s: kube-apiserver %s (%.0f s)", change.node, outcome,
            (double)(clock_ms(&clock) - from_ms) / 1000);
    return st;
}

static enum status
configure_all(const struct existing *e, const struct buf *configuration,
    enum kind_kms kms, const char *outcome, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < e->record.control_planes.count;
         i++)
        st = configure(e, i, configuration, kms, outcome, problem);
    return st;
}

/* Whether one of them writes under the first provider already: then all can
 * read it. */
static enum status
one_encrypts(const struct existing *e, const struct buf *kms_first, bool *does,
    struct buf *problem)
{
    enum status st = STATUS_OK;

    *does = false;
    for (size_t i = 0; st == STATUS_OK && i < e->record.control_planes.count;
         i++) {
        struct buf present = { 0 };

        st = node_files_read(&e->engine, existing_node(e, i),
            KIND_ENCRYPTION_FILE, &present, problem);
        *does = *does || span_equal(buf_span(&present), buf_span(kms_first));
        buf_reset(&present);
    }
    return st;
}

/* With several control planes all must be able to read what one of them will
 * write: first the provider behind identity everywhere, then before it. */
static enum status
switch_on(const struct existing *e, enum kind_kms kms, struct buf *problem)
{
    struct buf kms_first = { 0 }, identity_first = { 0 };
    bool does = false;
    enum status st = kind_plan_encryption(kms, &kms_first);

    if (st == STATUS_OK)
        st = encrypt_identity_first(kms, &identity_first);
    if (st == STATUS_OK && e->record.control_planes.count > 1)
        st = one_encrypts(e, &kms_first, &does, problem);
    if (st == STATUS_OK && e->record.control_planes.count > 1 && !does)
        st = configure_all(
            e, &identity_first, kms, "can read what the plugin seals", problem);
    if (st == STATUS_OK)
        st = configure_all(
            e, &kms_first, kms, "encrypts what is written", problem);
    buf_reset(&kms_first);
    buf_reset(&identity_first);
    return st;
}

/* ---- all of it --------------------------------------------------------- */

static enum status
prove(const struct existing *e, enum kind_kms kms, struct buf *problem)
{
    struct secret_tally tally = { 0 };
    struct buf prefix = { 0 };
    size_t sealed = 0;
    enum status st = encrypt_prefix(kms, &prefix);

    if (st == STATUS_OK)
        st = existing_tally(e, "after", &tally, problem);
    if (st == STATUS_OK) {
        sealed = secret_tally_under(&tally, buf_text(&prefix));
        existing_say(e, "proof: etcd holds %zu of %zu Secrets under %s", sealed,
            tally.count, buf_text(&prefix));
    }
    if (st == STATUS_OK && sealed != tally.count) {
        buf_say(problem, "%zu of %zu Secrets are not encrypted",
            tally.count - sealed, tally.count);
        st = STATUS_CORRUPT;
    }
    buf_reset(&prefix);
    secret_tally_reset(&tally);
    return st;
}

enum status
encrypt_cluster(struct existing *e, enum kind_kms kms, struct buf *problem)
{
    struct secret_tally before = { 0 };
    enum status st = look_at_nodes(e, problem);

    if (st == STATUS_OK)
        st = existing_tally(e, "before", &before, problem);
    if (st == STATUS_OK)
        st = encrypt_refuse_others(&before, kms, problem);
    secret_tally_reset(&before);
    if (st == STATUS_OK)
        st = encrypt_setup(e, kms, problem);
    if (st == STATUS_OK)
        st = switch_on(e, kms, problem);
    if (st == STATUS_OK)
        st = existing_rewrite(e, problem);
    if (st == STATUS_OK)
        st = prove(e, kms, problem);
    if (st == STATUS_OK) {
        e->record.ready = true;
        st = kind_record_save(&e->record, problem);
    }
    return st;
}
