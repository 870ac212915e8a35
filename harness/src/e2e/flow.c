/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope flow on real parts: kube-apiserver writes through the plugin
 * into etcd and reads back, also after a restart; the C model opens what
 * kube-apiserver sealed, and kube-apiserver opens what the model sealed.
 */
#include "e2e/check.h"
#include "e2e/model_peer.h"
#include "e2e/providers.h"
#include "e2e/scenario.h"
#include "e2e/stored.h"

struct flow {
    enum providers_kind kind;
    const char *prefix;
};

static const char by_apiserver[] = "sealed-by-apiserver";
static const char by_model[] = "sealed-by-model";

static enum status
restart_with_kms(struct lab *lab, const struct flow *flow, struct buf *problem)
{
    struct buf text = { 0 };
    enum status st = providers_append(lab, flow->kind, &text);

    if (st == STATUS_OK)
        st = providers_append(lab, PROVIDERS_IDENTITY, &text);
    if (st == STATUS_OK)
        st = lab_restart(lab, buf_text(&text), problem);
    if (st == STATUS_OK)
        check_note("kube-apiserver is ready");
    buf_reset(&text);
    return st;
}

static enum status
model_opens(struct lab *lab, struct model_peer *peer, struct buf *problem)
{
    struct buf stored = { 0 };
    enum status st = stored_get(lab, by_apiserver, &stored, problem);

    if (st == STATUS_OK)
        st = model_peer_open(peer, by_apiserver, buf_span(&stored), problem);
    if (st == STATUS_OK)
        check_note("the model opens what kube-apiserver sealed");
    buf_reset(&stored);
    return st;
}

static enum status
model_seals(struct lab *lab, struct model_peer *peer, struct buf *problem)
{
    struct buf stored = { 0 };
    enum status st = model_peer_seal(peer, by_model, &stored, problem);

    if (st == STATUS_OK)
        st = stored_put(lab, by_model, buf_span(&stored), problem);
    if (st == STATUS_OK)
        check_note("a Secret that the model sealed is put into etcd");
    buf_reset(&stored);
    return st;
}

static enum status
exchange_with_model(
    struct lab *lab, const struct flow *flow, struct buf *problem)
{
    struct model_peer *peer = NULL;
    enum status st = model_peer_new(lab, flow->kind, &peer, problem);

    if (st == STATUS_OK)
        st = model_opens(lab, peer, problem);
    if (st == STATUS_OK)
        st = model_seals(lab, peer, problem);
    model_peer_free(peer);
    return st;
}

/* Both Secrets, whoever sealed them, are sealed, readable and current. */
static enum status
both_hold(struct lab *lab, const struct flow *flow, struct buf *problem)
{
    static const char *const names[] = { by_apiserver, by_model };
    enum status st = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(names) && st == STATUS_OK; i++) {
        st = check_stored(lab, names[i], flow->prefix, problem);
        if (st == STATUS_OK)
            st = check_reads(lab, names[i], problem);
        if (st == STATUS_OK)
            st = check_rewrite(lab, names[i], false, problem);
    }
    return st;
}

static enum status
run_flow(struct lab *lab, const struct flow *flow, struct buf *problem)
{
    enum status st = restart_with_kms(lab, flow, problem);

    if (st == STATUS_OK)
        st = check_create(lab, by_apiserver, problem);
    if (st == STATUS_OK)
        st = exchange_with_model(lab, flow, problem);
    if (st == STATUS_OK)
        st = both_hold(lab, flow, problem);
    if (st == STATUS_OK)
        st = restart_with_kms(lab, flow, problem);
    if (st == STATUS_OK)
        st = both_hold(lab, flow, problem);
    return st;
}

enum status
flow_kms_v2(struct lab *lab, struct buf *problem)
{
    static const struct flow flow = { PROVIDERS_KMS_V2,
        PROVIDERS_KMS_V2_PREFIX };
    return run_flow(lab, &flow, problem);
}

enum status
flow_kms_v1(struct lab *lab, struct buf *problem)
{
    static const struct flow flow = { PROVIDERS_KMS_V1,
        PROVIDERS_KMS_V1_PREFIX };
    lab_allow_kms_v1(lab);
    return run_flow(lab, &flow, problem);
}
