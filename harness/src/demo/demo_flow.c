/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "demo/demo_stages.h"

enum {
    BLOB_OVERHEAD = 152, /* of AWS KMS, for a symmetric key */
};

static bool
key_is_enabled(struct demo *demo)
{
    struct kms_account account = emulator_account(demo->emulator);
    struct json_doc *doc = NULL;
    struct buf answer = { 0 };
    bool enabled = false;
    enum status status = kms_call_on_key(
        &account, "DescribeKey", buf_text(&demo->key), &answer, &demo->problem);

    if (status == STATUS_OK)
        status = json_parse(buf_span(&answer), &doc, NULL);
    if (status == STATUS_OK)
        enabled = span_equal_text(
            json_get_string(json_member(
                json_member(json_root(doc), "KeyMetadata"), "KeyState")),
            "Enabled");
    json_doc_free(doc);
    buf_reset(&answer);
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

static enum status
ask_status(struct demo *demo, struct kms_v2_status *out)
{
    struct grpc_error error = { 0 };
    enum status status = demo_await_status(demo, true, out, &error);

    if (status != STATUS_OK)
        buf_say(&demo->problem, "Status: %s", buf_text(&error.message));
    grpc_error_reset(&error);
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

/* '1' is aws-encryption-provider's format; the blob after it is KMS's. */
static bool
claim_wrapped(struct demo *demo, struct span source)
{
    bool format = source.len > 1 && source.ptr[0] == '1' && source.ptr[1] == 1;

    demo_fact_bytes(demo, "wrapped seed", source);
    return report_claim(&demo->report, format,
               "it is '1' and a KMS blob, as aws-encryption-provider has it") &&
           report_claim(&demo->report,
               source.len == 1 + DEMO_SEED + BLOB_OVERHEAD,
               "it is as long as AWS makes it: 1 + %d + %d", (int)DEMO_SEED,
               (int)BLOB_OVERHEAD);
}

static enum status
start_cluster(struct demo *demo)
{
    struct buf text = { 0 };
    enum status status = demo_cluster_new(demo->workspace,
        plugin_endpoint(demo->plugin), &demo->cluster, &demo->problem);

    if (status == STATUS_OK)
        status = demo_cluster_describe(demo->cluster, &text);
    if (status == STATUS_OK) {
        report_fact(&demo->report, "configuration", "%s", buf_text(&text));
        status = demo_cluster_start(demo->cluster, &demo->problem);
    }
    buf_reset(&text);
    return status;
}

bool
demo_flow_seed(struct demo *demo)
{
    struct kms_v2_view view = { 0 };
    bool holds;
    enum status status;

    report_stage(&demo->report,
        "An apiserver starts: it makes a seed and has KMS wrap it");
    status = start_cluster(demo);
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

/* The seed of the apiserver before, which a new one has to have unwrapped. */
static bool
claim_unwraps_once(struct demo *demo, const struct kms_v2_view *old)
{
    struct kms_v2_view before = { 0 }, after = { 0 };
    bool holds =
        demo_check(demo, demo_cluster_look(demo->cluster, &before), "a seed") &&
        report_claim(&demo->report,
            !span_equal(buf_span(&before.source), buf_span(&old->source)),
            "an apiserver started anew has a seed of its own") &&
        demo_claim_reads(demo, ", by that apiserver") &&
        demo_check(demo, demo_cluster_look(demo->cluster, &after), "a seed") &&
        report_claim(&demo->report, after.cached == before.cached + 1,
            "for that it had KMS unwrap the old seed, once for all");

    kms_v2_view_reset(&before);
    kms_v2_view_reset(&after);
    return holds;
}

bool
demo_flow_read(struct demo *demo)
{
    struct kms_v2_view old = { 0 };
    bool holds;

    report_stage(&demo->report, "The Secrets are read back");
    holds =
        demo_claim_reads(demo, "") &&
        demo_check(demo, demo_cluster_look(demo->cluster, &old), "the seed") &&
        demo_check(demo, demo_cluster_start(demo->cluster, &demo->problem),
            "the apiserver does not start again") &&
        claim_unwraps_once(demo, &old);
    kms_v2_view_reset(&old);
    return holds;
}
