/* SPDX-License-Identifier: Apache-2.0 */
#include "node/proof.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/random.h"
#include "kind/record.h"
#include "node/node_etcd.h"
#include "process/interrupt.h"

#include <openssl/crypto.h>

enum {
    VALUE_LEN = 24,
    PREFIX_COLONS = 5, /* k8s:enc:kms:v2:NAME: */
    WRITE_TIMEOUT_MS = 60 * 1000,
    WRITE_PAUSE_MS = 1000,
};

#define SECRET "kmslab-proof"

/* The node's own apiserver, not the one that a balancer chooses. */
#define KUBECTL                                                                \
    "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf",                      \
        "--server=https://127.0.0.1:6443", "--namespace=default"

void
kind_proof_reset(struct kind_proof *proof)
{
    buf_reset(&proof->prefix);
    *proof = (struct kind_proof){ 0 };
}

struct span
kind_proof_prefix(struct span stored)
{
    const struct span sealed = SPAN_LITERAL("k8s:enc:");
    size_t colons = 0;

    if (!span_starts_with(stored, sealed))
        return (struct span){ NULL, 0 };
    for (size_t i = 0; i < stored.len; i++) {
        if (stored.ptr[i] < 0x20 || stored.ptr[i] >= 0x7f)
            break;
        if (stored.ptr[i] == ':' && ++colons == PREFIX_COLONS)
            return span_first(stored, i + 1);
    }
    return (struct span){ NULL, 0 };
}

static enum status
delete_secret(
    const struct engine *engine, const char *node, struct buf *problem)
{
    const char *const argv[] = { KUBECTL, "delete", "secret", SECRET,
        "--ignore-not-found", NULL };

    return engine_exec(engine, node, argv, (struct span){ 0 }, NULL, problem);
}

/* On stdin: the value is in no list of processes. */
static enum status
write_once(const struct engine *engine, const char *node, struct span value,
    struct buf *problem)
{
    const char *const argv[] = { KUBECTL, "create", "-f", "-", NULL };
    struct buf object = { 0 };
    enum status status = buf_append_text(&object,
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":"
        "\"" SECRET "\"},\"stringData\":{\"value\":\"");

    if (status == STATUS_OK)
        status = buf_append(&object, value);
    if (status == STATUS_OK)
        status = buf_append_text(&object, "\"}}\n");
    if (status == STATUS_OK)
        status =
            engine_exec(engine, node, argv, buf_span(&object), NULL, problem);
    buf_reset(&object);
    return status;
}

typedef enum status try_fn(const struct engine *engine, const char *node,
    struct span value, struct buf *problem);

/* A new cluster's controllers make it; kube-apiserver refuses pods before. */
static enum status
find_account(const struct engine *engine, const char *node, struct span value,
    struct buf *problem)
{
    const char *const argv[] = { KUBECTL, "get", "serviceaccount", "default",
        NULL };

    (void)value;
    return engine_exec(engine, node, argv, (struct span){ 0 }, NULL, problem);
}

/* kube-apiserver may find the plugin a moment later than we did. */
static enum status
write_secret(const struct engine *engine, const char *node, struct span value,
    struct buf *problem)
{
    enum status status = delete_secret(engine, node, problem);

    return status == STATUS_OK ? write_once(engine, node, value, problem)
                               : status;
}

static enum status
try_for_a_while(try_fn *attempt, const struct engine *engine, const char *node,
    struct span value, struct buf *words)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + WRITE_TIMEOUT_MS;

    for (;;) {
        enum status status;

        buf_clear(words);
        status = attempt(engine, node, value, words);
        if (status == STATUS_OK || status == STATUS_CANCELLED ||
            clock_ms(&clock) >= end_ms)
            return status;
        if (interrupt_sleep(WRITE_PAUSE_MS) != STATUS_OK)
            return STATUS_CANCELLED;
    }
}

static enum status
prepare(const struct engine *engine, const char *node, struct span value,
    struct buf *problem)
{
    static const struct {
        try_fn *attempt;
        const char *says;
    } steps[] = {
        { find_account, "no pod can be made in namespace default" },
        { write_secret, "no Secret can be written" },
    };
    struct buf words = { 0 };
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(steps) && status == STATUS_OK; i++) {
        status = try_for_a_while(steps[i].attempt, engine, node, value, &words);
        if (status != STATUS_OK)
            buf_say(problem, "%s: %s", steps[i].says, buf_text(&words));
    }
    buf_reset(&words);
    return status;
}

static enum status
judge(struct span stored, struct span value, const char *kms,
    struct kind_proof *out, struct buf *problem)
{
    struct buf wanted = { 0 };
    struct span prefix = kind_proof_prefix(stored);
    size_t at;
    bool plain = span_search(stored, value, &at);
    enum status status =
        buf_printf(&wanted, "k8s:enc:kms:%s:" KIND_PROVIDER ":", kms);

    out->stored = stored.len;
    if (status == STATUS_OK)
        status = buf_set(&out->prefix, prefix);
    if (status == STATUS_OK &&
        (plain || !span_equal(prefix, buf_span(&wanted)))) {
        status = STATUS_AUTHENTIC;
        if (plain)
            buf_say(problem, "etcd holds a Secret in plain");
        else
            buf_say(problem,
                "etcd holds a Secret with the prefix '%.*s', and"
                " not %s",
                SPAN_ARG(prefix), buf_text(&wanted));
    }
    buf_reset(&wanted);
    return status;
}

static enum status
read_and_judge(const struct engine *engine, const char *node, struct span value,
    const char *kms, struct kind_proof *out, struct buf *problem)
{
    struct buf stored = { 0 };
    enum status status = node_etcd_get(
        engine, node, "/registry/secrets/default/" SECRET, &stored, problem);

    if (status == STATUS_OK)
        status = judge(buf_span(&stored), value, kms, out, problem);
    buf_reset(&stored);
    return status;
}

enum status
kind_proof_make(const struct engine *engine, const char *node, const char *kms,
    struct kind_proof *out, struct buf *problem)
{
    uint8_t bytes[VALUE_LEN];
    struct random random = random_system();
    struct buf value = { 0 };
    enum status status = random_fill(&random, bytes, sizeof(bytes)), removed;

    if (status == STATUS_OK)
        status = hex_encode(span_of(bytes, sizeof(bytes)), &value);
    if (status == STATUS_OK)
        status = prepare(engine, node, buf_span(&value), problem);
    if (status == STATUS_OK) {
        status =
            read_and_judge(engine, node, buf_span(&value), kms, out, problem);
        removed = delete_secret(engine, node, problem);
        if (status == STATUS_OK)
            status = removed;
    }
    OPENSSL_cleanse(bytes, sizeof(bytes));
    buf_reset(&value);
    return status;
}
