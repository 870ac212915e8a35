/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_stages.h"
#include "http/http.h"
#include "process/interrupt.h"

enum {
    HEAL_ATTEMPTS = 50, /* the plugin may hold on to a bad probe for a while */
    HEAL_PAUSE_MS = 50,
};

static bool
claim_refused(struct demo *demo)
{
    struct buf url = { 0 };
    struct http_request request = { 0 };
    struct http_answer answer = { 0 };
    enum status status =
        buf_printf(&url, "http://%s/", buf_text(&demo->address));

    request.url = buf_text(&url);
    if (status == STATUS_OK)
        status = http_send(&request, &answer, NULL);
    http_answer_reset(&answer);
    buf_reset(&url);
    return report_claim(&demo->report, status == STATUS_UNAVAILABLE,
        "KMS at %s refuses connections", buf_text(&demo->address));
}

static bool
claim_status_fails(struct demo *demo)
{
    struct kms_v2_status answer = { 0 };
    struct grpc_error error = { 0 };
    enum status status = demo_await_status(demo, false, &answer, &error);

    if (status != STATUS_OK)
        report_fact(&demo->report, "Status", "%s: %s",
            grpc_error_code_name(error.code), buf_text(&error.message));
    kms_v2_status_reset(&answer);
    grpc_error_reset(&error);
    return report_claim(
        &demo->report, status != STATUS_OK, "the plugin's Status fails");
}

static bool
claim_write(struct demo *demo, const char *when)
{
    unsigned code = 0;

    return demo_write(demo, 0, &code, NULL) &&
           report_claim(
               &demo->report, code == 200, "%s a write answers %u", when, code);
}

bool
demo_outage_begin(struct demo *demo)
{
    report_stage(&demo->report, "KMS goes away");
    emulator_free(demo->emulator);
    demo->emulator = NULL;
    return claim_refused(demo) && claim_status_fails(demo) &&
           demo_claim_reads(demo, ": no call to KMS is needed") &&
           claim_write(demo, "at once");
}

static bool
claim_write_expired(struct demo *demo)
{
    struct buf words = { 0 };
    unsigned code = 0;
    size_t at;
    bool holds = demo_write(demo, 0, &code, &words);

    if (holds) {
        report_fact(&demo->report, "apiserver", "%s", buf_text(&words));
        holds = report_claim(&demo->report,
            code == 500 && span_search(buf_span(&words),
                               SPAN_LITERAL(" expired at "), &at),
            "one second later a write answers %u", code);
    }
    buf_reset(&words);
    return holds;
}

/* Model time moves; the apiserver asks Status each time it would. */
bool
demo_outage_expiry(struct demo *demo)
{
    struct model *model = demo_cluster_model(demo->cluster);
    struct kms_v2_view view = { 0 };
    int64_t left;
    bool holds;

    report_stage(&demo->report, "Three minutes pass (of the model's time)");
    if (!demo_check(demo, demo_cluster_look(demo->cluster, &view), "the seed"))
        return false;
    left = view.expires_ms - model_now_ms(model);
    kms_v2_view_reset(&view);
    report_fact(&demo->report, "last Status", "%lld s ago",
        (long long)(KMS_V2_WRITE_TTL_MS - left) / 1000);
    model_advance(model, left);
    holds = claim_write(demo, "3 min after the last good Status");
    model_advance(model, 1000);
    return holds && claim_write_expired(demo) &&
           demo_claim_reads(demo, ": they need no Status") &&
           demo_claim_health(demo, "/readyz", 500) &&
           demo_claim_health(demo, "/livez", 200);
}

/* Lets the apiserver poll until it writes again. */
static bool
wait_for_writes(struct demo *demo, unsigned *code)
{
    for (int i = 0; i < HEAL_ATTEMPTS && *code != 200; i++) {
        model_advance(demo_cluster_model(demo->cluster), KMS_V2_POLL_BAD_MS);
        if (!demo_write(demo, 0, code, NULL) ||
            (*code != 200 && interrupt_sleep(HEAL_PAUSE_MS) != STATUS_OK))
            return false;
    }
    return true;
}

bool
demo_outage_heal(struct demo *demo)
{
    struct kms_v2_view before = { 0 }, after = { 0 };
    unsigned code = 0;
    bool holds;
    enum status status = demo_cluster_look(demo->cluster, &before);

    report_stage(&demo->report, "KMS comes back");
    holds = demo_check(demo, status, "the seed") && demo_start_emulator(demo) &&
            wait_for_writes(demo, &code) &&
            report_claim(&demo->report, code == 200,
                "after the apiserver's next poll a write answers %u", code) &&
            demo_check(
                demo, demo_cluster_look(demo->cluster, &after), "the seed") &&
            report_claim(&demo->report,
                span_equal(buf_span(&before.source), buf_span(&after.source)),
                "it goes on with the same seed") &&
            demo_claim_health(demo, "/readyz", 200);
    kms_v2_view_reset(&before);
    kms_v2_view_reset(&after);
    return holds;
}
