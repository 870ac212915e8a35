/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_stages.h"
#include "k8s/kms_probe.h"
#include "k8s/stored_value.h"

/* Until the apiserver has asked for Status: a poll that comes soon after
 * another is answered from what that one heard. */
enum { STATUS_SEEN_MS = KMS_V2_POLL_GOOD_MS + KMS_PROBE_GOOD_TTL_MS };

/* Says which Secrets are stale, and claims how many. */
static bool
claim_stale(struct demo *demo, size_t expected)
{
    size_t count = 0;

    for (size_t i = 0; i < DEMO_SECRETS; i++) {
        bool stale = false;

        if (!demo_check(demo,
                demo_cluster_is_stale(
                    demo->cluster, demo->secrets[i].name, &stale),
                "reading a Secret"))
            return false;
        report_fact(&demo->report, demo->secrets[i].name, "%s",
            stale ? "stale" : "up to date");
        count += stale ? 1 : 0;
    }
    return report_claim(&demo->report, count == expected,
        "%zu of %d Secrets are stale", count, DEMO_SECRETS);
}

/* The plugin that serves the new key takes the old one's socket. */
static bool
switch_plugin(struct demo *demo)
{
    struct kms_account account = emulator_account(demo->emulator);
    struct kms_v2_status answer = { 0 };
    struct grpc_error error = { 0 };
    enum status status;

    if (!demo_check(demo,
            kms_create_key(&account, "kmslab demo, second", &demo->new_key,
                &demo->problem),
            "CreateKey"))
        return false;
    report_fact(&demo->report, "CreateKey", "%s", buf_text(&demo->new_key));
    plugin_free(demo->plugin);
    demo->plugin = NULL;
    if (!demo_start_plugin(demo, buf_text(&demo->new_key)))
        return false;
    report_fact(&demo->report, "aws-kms-plugin", "%s (process %d)",
        plugin_endpoint(demo->plugin),
        (int)process_id(plugin_process(demo->plugin)));
    status = demo_await_status(demo, true, &answer, &error);
    kms_v2_status_reset(&answer);
    grpc_error_reset(&error);
    model_advance(demo_cluster_model(demo->cluster), STATUS_SEEN_MS);
    return demo_check(demo, status, "Status");
}

bool
demo_move_key(struct demo *demo)
{
    struct kms_v2_view before = { 0 }, after = { 0 };
    bool holds;
    enum status status = demo_cluster_look(demo->cluster, &before);

    report_stage(&demo->report, "A move to a new KMS key");
    holds =
        demo_check(demo, status, "the seed") && switch_plugin(demo) &&
        demo_check(
            demo, demo_cluster_look(demo->cluster, &after), "the seed") &&
        report_claim(&demo->report,
            span_equal(buf_span(&after.key_id), buf_span(&demo->new_key)) &&
                !span_equal(buf_span(&before.source), buf_span(&after.source)),
            "the apiserver has a new seed, wrapped under the new key") &&
        claim_stale(demo, DEMO_SECRETS) &&
        demo_claim_reads(demo, ": the old key still unwraps them");
    kms_v2_view_reset(&before);
    kms_v2_view_reset(&after);
    return holds;
}

/* Whether what is stored for Secret `index` names this key. */
static bool
is_under_key(struct demo *demo, size_t index, struct span arn, bool *is)
{
    struct stored_value value = { 0 };
    struct buf key = { 0 }, bytes = { 0 };
    enum status status = demo_cluster_stored(
        demo->cluster, demo->secrets[index].name, &key, &bytes);

    if (status == STATUS_OK)
        status = stored_value_decode(buf_span(&bytes), &value);
    if (status == STATUS_OK)
        *is = span_equal(buf_span(&value.object.key_id), arn);
    stored_value_reset(&value);
    buf_reset(&bytes);
    buf_reset(&key);
    return demo_check(demo, status, "the stored value");
}

static bool
rewrite_all(struct demo *demo)
{
    for (size_t i = 0; i < DEMO_SECRETS; i++) {
        struct model_answer answer = { 0 };
        enum status status =
            demo_cluster_rewrite(demo->cluster, demo->secrets[i].name, &answer);
        unsigned code = answer.code;
        bool moved = false;

        model_answer_reset(&answer);
        if (!demo_check(demo, status, "rewriting a Secret") ||
            !is_under_key(demo, i, buf_span(&demo->new_key), &moved))
            return false;
        if (!report_claim(&demo->report, code == 200 && moved,
                "%s: replaced by itself, now under the new key",
                demo->secrets[i].name))
            return false;
    }
    return true;
}

bool
demo_move_rewrite(struct demo *demo)
{
    report_stage(&demo->report, "Every Secret is rewritten, unchanged");
    return rewrite_all(demo) && claim_stale(demo, 0) &&
           demo_claim_reads(demo, "");
}

static enum status
disable_key(struct demo *demo, const char *arn)
{
    struct kms_account account = emulator_account(demo->emulator);
    struct buf answer = { 0 };
    enum status status =
        kms_call_on_key(&account, "DisableKey", arn, &answer, &demo->problem);

    buf_reset(&answer);
    return status;
}

bool
demo_move_retire(struct demo *demo)
{
    report_stage(&demo->report, "The old key is disabled");
    if (!demo_check(
            demo, disable_key(demo, buf_text(&demo->key)), "DisableKey"))
        return false;
    report_fact(&demo->report, "DisableKey", "%s", buf_text(&demo->key));
    return demo_check(demo, demo_cluster_start(demo->cluster, &demo->problem),
               "the apiserver does not start again") &&
           demo_claim_reads(demo, " by an apiserver started anew");
}
