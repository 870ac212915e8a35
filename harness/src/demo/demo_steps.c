/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "base/random.h"
#include "demo/demo_stages.h"
#include "model/model_health.h"
#include "process/interrupt.h"
#include "rpc/rpc_kms.h"

#include <openssl/crypto.h>

enum {
    SHOWN_BYTES = 12,
    STATUS_ATTEMPTS = 30, /* longer than a probe may take */
    STATUS_PAUSE_MS = 50,
};

bool
demo_check(struct demo *demo, enum status status, const char *what)
{
    if (status == STATUS_OK)
        return true;
    if (demo->problem.len == 0)
        buf_say(&demo->problem, "%s: %s", what, status_text(status));
    return false;
}

void
demo_fact_bytes(struct demo *demo, const char *name, struct span bytes)
{
    struct buf hex = { 0 };

    if (hex_encode(span_first(bytes, SHOWN_BYTES), &hex) == STATUS_OK)
        report_fact(&demo->report, name, "%zu bytes: %s%s", bytes.len,
            buf_text(&hex), bytes.len > SHOWN_BYTES ? "…" : "");
    buf_reset(&hex);
}

bool
demo_start_emulator(struct demo *demo)
{
    struct emulator_options options = { .data = buf_text(&demo->data),
        .listen = demo->address.len > 0 ? buf_text(&demo->address) : NULL };
    enum status status = emulator_start(
        demo->workspace, &options, &demo->emulator, &demo->problem);

    if (status == STATUS_OK && demo->address.len == 0)
        status = buf_append_text(
            &demo->address, emulator_url(demo->emulator) + strlen("http://"));
    return demo_check(demo, status, "kms-emulator");
}

bool
demo_start_plugin(struct demo *demo, const char *key)
{
    struct plugin_options options = {
        .account = emulator_account(demo->emulator),
        .key = key,
        .health_cache = "0s", /* so that Status tells what is so now */
    };
    enum status status =
        plugin_start(demo->workspace, &options, &demo->plugin, &demo->problem);

    if (status == STATUS_OK && demo->channel == NULL)
        status = rpc_channel_new(
            span_text(plugin_endpoint(demo->plugin)), RPC_WAIT, &demo->channel);
    return demo_check(demo, status, "aws-kms-plugin");
}

struct kms_service_v2
demo_plugin(struct demo *demo)
{
    return rpc_kms_v2(demo->channel);
}

enum status
demo_await_status(struct demo *demo, bool healthy, struct kms_v2_status *answer,
    struct grpc_error *error)
{
    struct kms_service_v2 kms = demo_plugin(demo);

    for (int i = 1;; i++) {
        enum status status =
            kms.status(kms.context, DEMO_CALL_TIMEOUT_MS, answer, error);
        bool is_healthy = status == STATUS_OK &&
                          span_equal_text(buf_span(&answer->healthz), "ok");

        if (is_healthy == healthy || i == STATUS_ATTEMPTS ||
            interrupt_sleep(STATUS_PAUSE_MS) != STATUS_OK)
            return status;
        kms_v2_status_reset(answer);
        grpc_error_reset(error);
    }
}

bool
demo_claim_reads(struct demo *demo, const char *when)
{
    struct buf password = { 0 };
    struct model_answer answer = { 0 };
    bool same = true;

    for (size_t i = 0; i < DEMO_SECRETS && same; i++) {
        const struct demo_secret *secret = &demo->secrets[i];

        same = demo_check(demo,
                   demo_cluster_read(
                       demo->cluster, secret->name, &password, &answer),
                   "reading a Secret") &&
               answer.code == 200 &&
               span_equal_text(buf_span(&password), secret->password);
        model_answer_reset(&answer);
    }
    buf_reset(&password);
    if (demo->problem.len > 0)
        return false;
    return report_claim(&demo->report, same,
        "all %d Secrets read back as they were written%s", DEMO_SECRETS, when);
}

/* 128 bits that nobody could find by chance. */
static enum status
choose_password(char password[DEMO_PASSWORD_MAX])
{
    struct random random = random_system();
    uint8_t bytes[16];
    struct buf text = { 0 };
    enum status status = random_fill(&random, bytes, sizeof(bytes));

    if (status == STATUS_OK)
        status = buf_append_text(&text, "open-sesame-");
    if (status == STATUS_OK)
        status = hex_encode(span_of(bytes, sizeof(bytes)), &text);
    if (status == STATUS_OK)
        memcpy(password, buf_text(&text), text.len + 1);
    buf_reset(&text);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return status;
}

bool
demo_write(struct demo *demo, size_t index, unsigned *code, struct buf *message)
{
    struct demo_secret *secret = &demo->secrets[index];
    struct model_answer answer = { 0 };
    char password[DEMO_PASSWORD_MAX];
    enum status status = choose_password(password);

    if (status == STATUS_OK)
        status =
            demo_cluster_write(demo->cluster, secret->name, password, &answer);
    if (status == STATUS_OK) {
        *code = answer.code;
        if (answer.code < 300)
            memcpy(secret->password, password, sizeof(password));
        else if (message != NULL)
            buf_take(message, &answer.message);
    }
    model_answer_reset(&answer);
    OPENSSL_cleanse(password, sizeof(password));
    return demo_check(demo, status, "writing a Secret");
}

bool
demo_claim_health(struct demo *demo, const char *path, unsigned expected)
{
    struct model_answer answer = { 0 };
    enum status status =
        model_health(demo_cluster_model(demo->cluster), path, &answer);
    unsigned code = answer.code;

    model_answer_reset(&answer);
    if (!demo_check(demo, status, path))
        return false;
    return report_claim(
        &demo->report, code == expected, "%s answers %u", path, code);
}
