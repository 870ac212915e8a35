/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "demo/demo_stages.h"
#include "demo/search.h"
#include "k8s/stored_value.h"

static bool
claim_decoded(struct demo *demo, const struct stored_value *value)
{
    struct kms_v2_view view = { 0 };
    bool holds, same;

    report_fact(&demo->report, "prefix", "%.*s", SPAN_ARG(value->prefix));
    report_fact(&demo->report, "key id", "%s", buf_text(&value->object.key_id));
    report_fact(&demo->report, "source type", "%d, a seed for HKDF",
        (int)value->object.type);
    demo_fact_bytes(demo, "wrapped seed", buf_span(&value->object.source));
    report_fact(&demo->report, "sealed data",
        "info %zu, nonce %zu, ciphertext %zu, tag %zu bytes", value->info.len,
        value->nonce.len, value->sealed.len, value->tag.len);
    if (!demo_check(demo, demo_cluster_look(demo->cluster, &view), "the seed"))
        return false;
    same = span_equal(buf_span(&view.source), buf_span(&value->object.source));
    kms_v2_view_reset(&view);
    holds =
        report_claim(&demo->report,
            value->form == STORED_SEALED && value->kind == PROVIDER_KMS_V2 &&
                value->problem.len == 0,
            "it is a sound kms v2 record") &&
        report_claim(&demo->report, value->object.type == ENCRYPTED_OBJECT_SEED,
            "sealed under a seed with an extended nonce, as since 1.29") &&
        report_claim(&demo->report,
            span_equal(buf_span(&value->object.key_id), buf_span(&demo->key)),
            "under the key above") &&
        report_claim(&demo->report, same, "with the seed wrapped at the start");
    return holds;
}

bool
demo_stored_record(struct demo *demo)
{
    struct stored_value value = { 0 };
    struct buf key = { 0 }, bytes = { 0 };
    bool holds;
    enum status status =
        demo_cluster_stored(demo->cluster, demo->secrets[0].name, &key, &bytes);

    report_stage(&demo->report, "What etcd holds");
    if (status == STATUS_OK)
        status = stored_value_decode(buf_span(&bytes), &value);
    if (status == STATUS_OK) {
        report_fact(&demo->report, "etcd key", "%s", buf_text(&key));
        report_fact(&demo->report, "value", "%zu bytes", bytes.len);
    }
    holds = demo_check(demo, status, "the stored value") &&
            claim_decoded(demo, &value);
    stored_value_reset(&value);
    buf_reset(&bytes);
    buf_reset(&key);
    return holds;
}

/* Searches values and files; *files is how many were looked into. */
static bool
is_absent(struct demo *demo, struct span needle, bool *absent, size_t *files)
{
    struct search_result found = { 0 };
    bool in_store = true;
    enum status status =
        kv_contains(demo_cluster_kv(demo->cluster), needle, &in_store);

    if (status == STATUS_OK)
        status = search_folder(workspace_path(demo->workspace), needle, &found);
    *absent = !in_store && found.hits == 0 && found.files > 0;
    *files = found.files;
    return demo_check(demo, status, "searching");
}

static bool
claim_absent(struct demo *demo, struct span needle, const char *what)
{
    struct buf base64 = { 0 };
    bool as_is = false, encoded = false;
    size_t files = 0;
    bool searched =
        demo_check(demo, base64_encode(needle, &base64), "base64") &&
        is_absent(demo, needle, &as_is, &files) &&
        is_absent(demo, buf_span(&base64), &encoded, &files);

    buf_reset(&base64);
    return searched &&
           report_claim(&demo->report, as_is && encoded,
               "%s: in no value and in none of %zu files, nor as base64", what,
               files);
}

/* A search that finds nothing proves something only if it can find. */
static bool
claim_search_works(struct demo *demo)
{
    struct search_result found = { 0 };

    if (!demo_check(demo,
            search_folder(workspace_path(demo->workspace),
                SPAN_LITERAL("k8s:enc:kms:v2:kmslab:"), &found),
            "searching"))
        return false;
    return report_claim(&demo->report, found.hits > 0,
        "the search finds the prefix k8s:enc:kms:v2:kmslab: on disk");
}

/* What KMS unwraps for the apiserver, and nobody keeps. */
static enum status
unwrap_seed(struct demo *demo, struct buf *seed)
{
    struct kms_service_v2 kms = demo_plugin(demo);
    struct kms_v2_view view = { 0 };
    struct grpc_error error = { 0 };
    enum status status = demo_cluster_look(demo->cluster, &view);

    if (status == STATUS_OK) {
        struct kms_v2_decrypt request = {
            .ciphertext = buf_span(&view.source),
            .uid = buf_span(&view.uid),
            .key_id = buf_span(&view.key_id),
            .annotations = &view.annotations,
        };

        status = kms.decrypt(
            kms.context, DEMO_CALL_TIMEOUT_MS, &request, seed, &error);
    }
    grpc_error_reset(&error);
    kms_v2_view_reset(&view);
    return status;
}

static bool
claim_seed_absent(struct demo *demo)
{
    struct buf seed = { 0 };
    bool holds = demo_check(demo, unwrap_seed(demo, &seed), "Decrypt") &&
                 report_claim(&demo->report, seed.len == DEMO_SEED,
                     "KMS unwraps the seed to %zu bytes", seed.len) &&
                 claim_absent(demo, buf_span(&seed), "those bytes");

    buf_reset(&seed);
    return holds;
}

bool
demo_stored_search(struct demo *demo)
{
    report_stage(&demo->report, "The plaintext is nowhere in the store");
    if (!claim_search_works(demo))
        return false;
    for (size_t i = 0; i < DEMO_SECRETS; i++) {
        if (!claim_absent(demo, span_text(demo->secrets[i].password),
                demo->secrets[i].name))
            return false;
    }
    return claim_seed_absent(demo);
}
