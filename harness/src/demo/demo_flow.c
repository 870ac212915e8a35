/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "demo/demo_stages.h"
#include "demo/search.h"
#include "k8s/stored_value.h"
#include "rpc/rpc_kms.h"

enum {
    CALL_TIMEOUT_MS = 3000,
    SEED = 32,
    BLOB_OVERHEAD = 152, /* of AWS KMS, for a symmetric key */
    SHOWN_BYTES = 12,
};

static bool
key_is_enabled(struct demo *demo)
{
    struct kms_account account = emulator_account(demo->emulator);
    struct buf body = { 0 }, answer = { 0 };
    struct json_writer w = json_writer_to(&body);
    struct json_doc *doc = NULL;
    bool enabled = false;
    enum status status;

    json_write_object_begin(&w);
    json_write_key_string(&w, "KeyId", buf_span(&demo->key));
    json_write_object_end(&w);
    status = json_writer_end(&w);
    if (status == STATUS_OK)
        status = kms_call(
            &account, "DescribeKey", buf_span(&body), &answer, &demo->problem);
    if (status == STATUS_OK)
        status = json_parse(buf_span(&answer), &doc, NULL);
    if (status == STATUS_OK)
        enabled = span_equal_text(
            json_get_string(json_member(
                json_member(json_root(doc), "KeyMetadata"), "KeyState")),
            "Enabled");
    json_doc_free(doc);
    buf_reset(&answer);
    buf_reset(&body);
    return enabled;
}

bool
demo_flow_key(struct demo *demo)
{
    struct kms_account account;

    report_stage(&demo->report, "A KMS key");
    if (!demo_start_emulator(demo))
        return false;
    report_fact(&demo->report, "kms-emulator", "%s (process %d)",
        emulator_url(demo->emulator),
        (int)process_id(emulator_process(demo->emulator)));
    account = emulator_account(demo->emulator);
    if (!demo_check(demo,
            kms_create_key(&account, "kmslab demo", &demo->key, &demo->problem),
            "CreateKey"))
        return false;
    report_fact(&demo->report, "CreateKey", "%s", buf_text(&demo->key));
    return report_claim(
        &demo->report, key_is_enabled(demo), "DescribeKey says Enabled");
}

/* Asks the plugin as kube-apiserver would. */
static enum status
ask_status(struct demo *demo, struct kms_v2_status *out)
{
    struct rpc_channel *channel = NULL;
    struct grpc_error error = { 0 };
    struct kms_service_v2 kms;
    enum status status = rpc_channel_new(
        span_text(plugin_endpoint(demo->plugin)), RPC_WAIT, &channel);

    if (status == STATUS_OK) {
        kms = rpc_kms_v2(channel);
        status = kms.status(kms.context, CALL_TIMEOUT_MS, out, &error);
        if (status != STATUS_OK)
            buf_say(&demo->problem, "Status: %s", buf_text(&error.message));
    }
    grpc_error_reset(&error);
    rpc_channel_free(channel);
    return status;
}

bool
demo_flow_plugin(struct demo *demo)
{
    struct kms_v2_status status = { 0 };
    bool holds;

    report_stage(&demo->report, "A KMS plugin that uses it");
    if (!demo_start_plugin(demo, buf_text(&demo->key)))
        return false;
    report_fact(&demo->report, "aws-kms-plugin", "%s (process %d)",
        plugin_endpoint(demo->plugin),
        (int)process_id(plugin_process(demo->plugin)));
    if (!demo_check(demo, ask_status(demo, &status), "Status"))
        return false;
    report_fact(&demo->report, "Status", "version %s, healthz %s",
        buf_text(&status.version), buf_text(&status.healthz));
    holds = report_claim(&demo->report,
                span_equal_text(buf_span(&status.healthz), "ok"),
                "the plugin can use the key") &&
            report_claim(&demo->report,
                span_equal(buf_span(&status.key_id), buf_span(&demo->key)),
                "its key_id is the key's ARN");
    kms_v2_status_reset(&status);
    return holds;
}

/* Says "185 bytes: 310102…". */
static void
fact_bytes(struct demo *demo, const char *name, struct span bytes)
{
    struct buf hex = { 0 };

    if (hex_encode(span_first(bytes, SHOWN_BYTES), &hex) == STATUS_OK)
        report_fact(&demo->report, name, "%zu bytes: %s%s", bytes.len,
            buf_text(&hex), bytes.len > SHOWN_BYTES ? "…" : "");
    buf_reset(&hex);
}

/* '1' is aws-encryption-provider's format; the blob after it is KMS's. */
static bool
claim_wrapped(struct demo *demo, struct span source)
{
    bool format = source.len > 1 && source.ptr[0] == '1' && source.ptr[1] == 1;

    fact_bytes(demo, "wrapped seed", source);
    return report_claim(&demo->report, format,
               "it is '1' and a KMS blob, as aws-encryption-provider has it") &&
           report_claim(&demo->report, source.len == 1 + SEED + BLOB_OVERHEAD,
               "it is as long as AWS makes it: 1 + %d + %d", (int)SEED,
               (int)BLOB_OVERHEAD);
}

bool
demo_flow_seed(struct demo *demo)
{
    struct kms_v2_view view = { 0 };
    bool holds;
    enum status status;

    report_stage(&demo->report,
        "An apiserver starts: it makes a seed and has KMS wrap it");
    report_fact(&demo->report, "configuration",
        "secrets: kms v2 (name kmslab), then identity");
    status = demo_cluster_new(
        demo->workspace, plugin_endpoint(demo->plugin), &demo->cluster);
    if (status == STATUS_OK)
        status = demo_cluster_start(demo->cluster, &demo->problem);
    if (status == STATUS_OK)
        status = demo_cluster_look(demo->cluster, &view);
    if (!demo_check(demo, status, "the apiserver has no seed"))
        return false;
    holds = claim_wrapped(demo, buf_span(&view.source)) &&
            report_claim(&demo->report,
                span_equal(buf_span(&view.key_id), buf_span(&demo->key)),
                "it is wrapped under the key above");
    kms_v2_view_reset(&view);
    return holds && demo_claim_health(demo, "/readyz", 200);
}

bool
demo_flow_write(struct demo *demo)
{
    report_stage(&demo->report, "Secrets are written");
    for (size_t i = 0; i < DEMO_SECRETS; i++) {
        unsigned code = 0;

        if (!demo_write(demo, i, &code, NULL))
            return false;
        report_fact(&demo->report, demo->secrets[i].name, "password: %s",
            demo->secrets[i].password);
        if (!report_claim(&demo->report, code == 201,
                "creating it is answered with %u", code))
            return false;
    }
    return true;
}

static bool
claim_decoded(struct demo *demo, const struct stored_value *value)
{
    struct kms_v2_view view = { 0 };
    bool holds, same;

    report_fact(&demo->report, "prefix", "%.*s", SPAN_ARG(value->prefix));
    report_fact(&demo->report, "key id", "%s", buf_text(&value->object.key_id));
    report_fact(&demo->report, "source type", "%d, a seed for HKDF",
        (int)value->object.type);
    fact_bytes(demo, "wrapped seed", buf_span(&value->object.source));
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
demo_flow_stored(struct demo *demo)
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
    struct rpc_channel *channel = NULL;
    struct kms_v2_view view = { 0 };
    struct grpc_error error = { 0 };
    struct kms_service_v2 kms;
    enum status status = demo_cluster_look(demo->cluster, &view);

    if (status == STATUS_OK)
        status = rpc_channel_new(
            span_text(plugin_endpoint(demo->plugin)), RPC_WAIT, &channel);
    if (status == STATUS_OK) {
        struct kms_v2_decrypt request = {
            .ciphertext = buf_span(&view.source),
            .uid = buf_span(&view.uid),
            .key_id = buf_span(&view.key_id),
            .annotations = &view.annotations,
        };

        kms = rpc_kms_v2(channel);
        status =
            kms.decrypt(kms.context, CALL_TIMEOUT_MS, &request, seed, &error);
    }
    rpc_channel_free(channel);
    grpc_error_reset(&error);
    kms_v2_view_reset(&view);
    return status;
}

static bool
claim_seed_absent(struct demo *demo)
{
    struct buf seed = { 0 };
    bool holds = demo_check(demo, unwrap_seed(demo, &seed), "Decrypt") &&
                 report_claim(&demo->report, seed.len == SEED,
                     "KMS unwraps the seed to %zu bytes", seed.len) &&
                 claim_absent(demo, buf_span(&seed), "those bytes");

    buf_reset(&seed);
    return holds;
}

bool
demo_flow_search(struct demo *demo)
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

bool
demo_flow_read(struct demo *demo)
{
    report_stage(&demo->report, "The Secrets are read back");
    return demo_claim_reads(demo, "") &&
           demo_check(demo, demo_cluster_start(demo->cluster, &demo->problem),
               "the apiserver does not start again") &&
           demo_claim_reads(demo,
               ", also by an apiserver started anew, which asks KMS to unwrap");
}
