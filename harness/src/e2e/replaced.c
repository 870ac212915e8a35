/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another plugin serves a cluster, ours takes its place on the same socket
 * with the same --key under the running kube-apiserver, and it comes back. At
 * no time is a Secret unreadable or stale; what either sealed, the other
 * opens. A Secret that the C model seals with a seed of its own makes
 * kube-apiserver call the plugin: what it sealed itself, it has unwrapped.
 */
#include "e2e/check.h"
#include "e2e/model_peer.h"
#include "e2e/providers.h"
#include "e2e/scenario.h"
#include "e2e/stored.h"
#include "process/interrupt.h"

enum {
    ATTEMPTS = 20, /* kube-apiserver connects anew within seconds */
    PAUSE_MS = 250,
};

struct replaced {
    struct lab *lab;
    enum providers_kind kind;
    const char *prefix;
    struct buf *problem;
};

/* One change of the plugin, and the Secrets that are made around it. */
struct change {
    const char *note;
    const char *sealed_before; /* by the model, through the plugin that goes */
    const char *in_between;    /* written while nobody serves (v2 alone) */
    const char *written;       /* by kube-apiserver, to the plugin that came */
    const char *sealed_after;  /* by the model, through that one */
};

static const struct change to_ours = { "ours takes its place",
    "model-by-theirs", "written-in-between", "written-to-ours",
    "model-by-ours" };
static const struct change back = { "it comes back", "model-by-ours-again",
    "written-in-between-again", "written-to-theirs-again",
    "model-by-theirs-again" };
static const char first[] = "written-to-theirs";

typedef enum status claim_fn(
    struct lab *lab, const char *name, struct buf *problem);

/* The claim holds, within seconds: kube-apiserver finds the socket anew. */
static enum status
soon(const struct replaced *r, claim_fn *claim, const char *name)
{
    enum status st = STATUS_UNAVAILABLE;

    for (int i = 0; i < ATTEMPTS && st != STATUS_OK; i++) {
        if (i > 0 && interrupt_sleep(PAUSE_MS) != STATUS_OK)
            return STATUS_CANCELLED;
        buf_reset(r->problem);
        st = claim(r->lab, name, r->problem);
    }
    return st;
}

static enum status
model_seals(const struct replaced *r, const char *name)
{
    struct model_peer *peer = NULL;
    struct buf stored = { 0 };
    enum status st = model_peer_new(r->lab, r->kind, &peer, r->problem);

    if (st == STATUS_OK)
        st = model_peer_seal(peer, name, &stored, r->problem);
    if (st == STATUS_OK)
        st = stored_put(r->lab, name, buf_span(&stored), r->problem);
    if (st == STATUS_OK)
        check_note("the model seals Secret %s and puts it into etcd", name);
    model_peer_free(peer);
    buf_reset(&stored);
    return st;
}

static enum status
model_opens(const struct replaced *r, const char *name)
{
    struct model_peer *peer = NULL;
    struct buf stored = { 0 };
    enum status st = model_peer_new(r->lab, r->kind, &peer, r->problem);

    if (st == STATUS_OK)
        st = stored_get(r->lab, name, &stored, r->problem);
    if (st == STATUS_OK)
        st = model_peer_open(peer, name, buf_span(&stored), r->problem);
    if (st == STATUS_OK)
        check_note("the model opens Secret %s", name);
    model_peer_free(peer);
    buf_reset(&stored);
    return st;
}

/* Sealed, readable and current. */
static enum status
holds(const struct replaced *r, const char *name)
{
    enum status st = check_stored(r->lab, name, r->prefix, r->problem);

    if (st == STATUS_OK)
        st = check_reads(r->lab, name, r->problem);
    if (st == STATUS_OK)
        st = check_rewrite(r->lab, name, false, r->problem);
    return st;
}

static enum status
change_holds(const struct replaced *r, const struct change *change)
{
    const char *const names[] = { change->sealed_before, change->written,
        change->sealed_after, change->in_between };
    /* KMS v1 asks the plugin for each write. */
    size_t count = ARRAY_LEN(names) - (r->kind == PROVIDERS_KMS_V1);
    enum status st = STATUS_OK;

    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = holds(r, names[i]);
    return st;
}

static enum status
while_nobody_serves(const struct replaced *r, const struct change *change)
{
    enum status st = check_reads(r->lab, first, r->problem);

    if (st == STATUS_OK && r->kind == PROVIDERS_KMS_V2)
        st = check_create(r->lab, change->in_between, r->problem);
    return st;
}

/* Changes the plugin to the one at this path (NULL: ours). */
static enum status
change_plugin(
    const struct replaced *r, const struct change *change, const char *program)
{
    enum status st = model_seals(r, change->sealed_before);

    lab_stop_plugin(r->lab);
    if (st == STATUS_OK)
        st = while_nobody_serves(r, change);
    if (st == STATUS_OK)
        st = lab_start_plugin(r->lab, program, r->problem);
    if (st == STATUS_OK) {
        check_note("%s", change->note);
        st = soon(r, check_reads, change->sealed_before);
    }
    if (st == STATUS_OK)
        st = soon(r, check_create, change->written);
    if (st == STATUS_OK)
        st = model_opens(r, first);
    if (st == STATUS_OK)
        st = model_seals(r, change->sealed_after);
    return st == STATUS_OK ? change_holds(r, change) : st;
}

static enum status
restart(const struct replaced *r)
{
    struct buf text = { 0 };
    enum status st = providers_append(r->lab, r->kind, &text);

    if (st == STATUS_OK)
        st = lab_restart(r->lab, buf_text(&text), r->problem);
    if (st == STATUS_OK)
        check_note("kube-apiserver is ready");
    buf_reset(&text);
    return st;
}

static enum status
run(const struct replaced *r)
{
    const char *theirs = lab_first_plugin(r->lab);
    enum status st = restart(r);

    if (st == STATUS_OK)
        st = check_create(r->lab, first, r->problem);
    if (st == STATUS_OK)
        st = model_opens(r, first);
    if (st == STATUS_OK)
        st = change_plugin(r, &to_ours, NULL);
    if (st == STATUS_OK)
        st = change_plugin(r, &back, theirs);
    /* Nothing is unwrapped any more: they open all, ours included. */
    if (st == STATUS_OK)
        st = restart(r);
    if (st == STATUS_OK)
        st = holds(r, first);
    if (st == STATUS_OK)
        st = change_holds(r, &to_ours);
    if (st == STATUS_OK)
        st = change_holds(r, &back);
    return st;
}

enum status
replaced_kms_v2(struct lab *lab, struct buf *problem)
{
    struct replaced r = { lab, PROVIDERS_KMS_V2, PROVIDERS_KMS_V2_PREFIX,
        problem };
    return run(&r);
}

enum status
replaced_kms_v1(struct lab *lab, struct buf *problem)
{
    struct replaced r = { lab, PROVIDERS_KMS_V1, PROVIDERS_KMS_V1_PREFIX,
        problem };
    lab_allow_kms_v1(lab);
    return run(&r);
}
