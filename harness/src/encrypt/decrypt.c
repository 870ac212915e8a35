/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "encrypt/apiserver_change.h"
#include "encrypt/encrypt.h"
#include "encrypt/node_pods.h"
#include "encrypt/rewrite.h"

enum { PLUGIN_MS = 20 * 1000 }; /* for one that ought to run to answer */

/* Which nodes' apiservers read our configuration. */
struct readers {
    bool reads[KIND_NODES_MAX];
    size_t count;
};

static enum status
find_readers(
    const struct existing *e, struct readers *readers, struct buf *problem)
{
    enum status st = STATUS_OK;

    *readers = (struct readers){ 0 };
    for (size_t i = 0; st == STATUS_OK && i < e->record.control_planes.count;
         i++) {
        const struct apiserver_change change = encrypt_change_of(e, i);

        st = apiserver_change_look(&change, &readers->reads[i], problem);
        readers->count += readers->reads[i];
    }
    return st;
}

/* An apiserver has seeds in its memory: what it can read now, it could maybe
 * not read after its restart. */
static enum status
check_plugins(const struct existing *e, const struct readers *readers,
    struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < e->record.control_planes.count;
         i++) {
        if (!readers->reads[i])
            continue;
        st = node_pods_await(&e->engine, existing_node(e, i), NODE_PODS_PLUGIN,
            PLUGIN_MS, problem);
        if (st == STATUS_TIMEOUT)
            buf_say(problem, "Without it nothing can be decrypted.");
    }
    return st;
}

/* By what is stored: the record may be older than a move from v1 to v2. */
static enum status
find_kms(
    const struct secret_tally *tally, enum kind_kms *kms, struct buf *problem)
{
    struct buf v1 = { 0 };
    enum status st = encrypt_prefix(KIND_KMS_V1, &v1);

    *kms = secret_tally_under(tally, buf_text(&v1)) > 0 ? KIND_KMS_V1
                                                        : KIND_KMS_V2;
    buf_reset(&v1);
    return st == STATUS_OK ? encrypt_refuse_others(tally, *kms, problem) : st;
}

/* Nothing is changed where this fails. */
static enum status
check_secrets(const struct existing *e, enum kind_kms *kms, struct buf *problem)
{
    const struct rewrite_api api = rewrite_api_of(&e->apis[0].server);
    struct secret_tally tally = { 0 };
    enum status st = existing_tally(e, "before", &tally, problem);

    if (st == STATUS_OK)
        st = rewrite_check_readable(&api, tally.names, tally.count, problem);
    if (st == STATUS_CORRUPT)
        buf_say(problem,
            ". Nothing was changed: restore it, or delete it in etcd, first");
    if (st == STATUS_OK)
        st = find_kms(&tally, kms, problem);
    secret_tally_reset(&tally);
    return st;
}

/* Does one thing to the apiservers that read our configuration, in turn. */
static enum status
change_readers(const struct existing *e, const struct readers *readers,
    const struct buf *configuration, enum kind_kms kms, const char *outcome,
    struct buf *problem)
{
    struct clock clock = clock_monotonic();
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < e->record.control_planes.count;
         i++) {
        const struct apiserver_change change = encrypt_change_of(e, i);
        int64_t from_ms = clock_ms(&clock);

        if (!readers->reads[i])
            continue;
        st = configuration == NULL
                 ? apiserver_change_plain(&change, problem)
                 : apiserver_change_encrypt(&change, buf_span(configuration),
                       kms == KIND_KMS_V1, problem);
        if (st == STATUS_OK)
            existing_say(e, "%s: kube-apiserver %s (%.0f s)", change.node,
                outcome, (double)(clock_ms(&clock) - from_ms) / 1000);
    }
    return st;
}

static enum status
prove(const struct existing *e, struct buf *problem)
{
    struct secret_tally tally = { 0 };
    enum status st = existing_tally(e, "after", &tally, problem);
    size_t plain = secret_tally_under(&tally, "");

    if (st == STATUS_OK)
        existing_say(e, "proof: etcd holds %zu of %zu Secrets in plain", plain,
            tally.count);
    if (st == STATUS_OK && plain != tally.count) {
        buf_say(problem, "%zu of %zu Secrets are encrypted still",
            tally.count - plain, tally.count);
        st = STATUS_CORRUPT;
    }
    secret_tally_reset(&tally);
    return st;
}

/* While an apiserver reads the configuration: from sealed to plain. */
static enum status
unseal(const struct existing *e, const struct readers *readers,
    enum kind_kms kms, struct buf *problem)
{
    struct buf configuration = { 0 };
    enum status st = check_plugins(e, readers, problem);

    if (st == STATUS_OK)
        st = encrypt_identity_first(kms, &configuration);
    if (st == STATUS_OK)
        st = change_readers(e, readers, &configuration, kms,
            "writes in plain, and reads what is sealed", problem);
    if (st == STATUS_OK)
        st = existing_rewrite(e, problem);
    buf_reset(&configuration);
    return st;
}

static enum status
clean_up(const struct existing *e, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < e->record.control_planes.count;
         i++)
        st = node_pods_remove(&e->engine, existing_node(e, i), problem);
    if (st == STATUS_OK)
        st = kind_record_remove(e->name, problem);
    if (st == STATUS_OK)
        existing_say(e, "removed: plugin, emulator, its key, and every file of"
                        " kmslab in the nodes");
    return st;
}

enum status
decrypt_cluster(struct existing *e, struct buf *problem)
{
    struct readers readers = { 0 };
    enum kind_kms kms = KIND_KMS_V2;
    enum status st = find_readers(e, &readers, problem);

    if (st == STATUS_OK)
        st = check_secrets(e, &kms, problem);
    if (st == STATUS_OK && readers.count > 0)
        st = unseal(e, &readers, kms, problem);
    if (st == STATUS_OK)
        st = prove(e, problem);
    if (st == STATUS_OK && readers.count > 0)
        st = change_readers(
            e, &readers, NULL, kms, "runs as it did before", problem);
    if (st == STATUS_OK)
        st = clean_up(e, problem);
    return st;
}
