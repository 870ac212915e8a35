/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key behind the plugin's alias is rotated, then the alias is pointed to
 * another key, under a running kube-apiserver. Each time Status's key_id
 * becomes another: what is stored is stale, a storage migration wraps it anew,
 * and what nobody rewrote stays readable, also by an apiserver that starts.
 */
#include "base/clock.h"
#include "cluster/kube_client.h"
#include "e2e/check.h"
#include "e2e/providers.h"
#include "e2e/scenario.h"
#include "e2e/stored.h"
#include "http/http.h"
#include "k8s/stored_value.h"
#include "process/interrupt.h"

enum {
    SEEN_MS = 120 * 1000, /* kube-apiserver asks each minute at least */
    PAUSE_MS = 500,
};

static const char untouched[] = "never-rewritten";
static const char *const secrets[] = { "first", "second", "third" };

struct rotation {
    struct lab *lab;
    struct buf *problem;
    struct buf key_id; /* that all but `untouched` carry now */
};

/* Appends the key_id that etcd has beside a Secret. */
static enum status
stored_key_id(const struct rotation *r, const char *name, struct buf *key_id)
{
    struct buf stored = { 0 };
    struct stored_value value = { 0 };
    enum status st = stored_get(r->lab, name, &stored, r->problem);

    if (st == STATUS_OK)
        st = stored_value_decode(buf_span(&stored), &value);
    if (st == STATUS_OK && value.object.key_id.len == 0) {
        buf_say(r->problem, "etcd has no key_id beside %s", name);
        st = STATUS_CORRUPT;
    }
    if (st == STATUS_OK)
        st = buf_append(key_id, buf_span(&value.object.key_id));
    stored_value_reset(&value);
    buf_reset(&stored);
    return st;
}

static enum status
carries(const struct rotation *r, const char *name)
{
    struct buf key_id = { 0 };
    enum status st = stored_key_id(r, name, &key_id);

    if (st == STATUS_OK &&
        !span_equal(buf_span(&key_id), buf_span(&r->key_id))) {
        buf_say(r->problem, "%s carries key_id %s, not %s", name,
            buf_text(&key_id), buf_text(&r->key_id));
        st = STATUS_CORRUPT;
    }
    buf_reset(&key_id);
    return st;
}

/* Has kube-apiserver look at its providers' health, and so at Status. */
static void
poke(const struct rotation *r)
{
    const struct kube_server *server = lab_kube(r->lab);
    struct buf url = { 0 };
    struct http_answer answer = { 0 };

    buf_say(&url, "%s/readyz", server->url);
    struct http_request request = { .url = buf_text(&url),
        .ca_file = server->ca_file,
        .bearer_token = server->token };
    /* Whatever it says: the Secrets tell. */
    (void)!http_send(&request, &answer, NULL);
    http_answer_reset(&answer);
    buf_reset(&url);
}

/* Replaces the first Secret by itself until that rewrites it. */
static enum status
wait_until_stale(const struct rotation *r)
{
    struct clock clock = clock_monotonic();
    int64_t start_ms = clock_ms(&clock);
    bool rewritten = false;
    enum status st = STATUS_OK;

    while (st == STATUS_OK && !rewritten) {
        if (clock_ms(&clock) - start_ms > SEEN_MS) {
            buf_say(r->problem, "kube-apiserver saw no other key_id in %d s",
                SEEN_MS / 1000);
            return STATUS_TIMEOUT;
        }
        poke(r);
        if (interrupt_sleep(PAUSE_MS) != STATUS_OK)
            return STATUS_CANCELLED;
        st = kube_secret_replace(
            lab_kube(r->lab), secrets[0], &rewritten, r->problem);
    }
    if (st == STATUS_OK)
        check_note("kube-apiserver saw another key_id after %lld s",
            (long long)((clock_ms(&clock) - start_ms) / 1000));
    return st;
}

/* The first was rewritten; it names the new key_id. The others follow. */
static enum status
migrate(struct rotation *r)
{
    struct buf before = { 0 };

    buf_take(&before, &r->key_id);
    enum status st = stored_key_id(r, secrets[0], &r->key_id);
    if (st == STATUS_OK &&
        span_equal(buf_span(&before), buf_span(&r->key_id))) {
        buf_say(r->problem, "a rewritten Secret carries the old key_id");
        st = STATUS_CORRUPT;
    }
    for (size_t i = 1; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++)
        st = check_rewrite(r->lab, secrets[i], true, r->problem);
    for (size_t i = 0; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++) {
        st = carries(r, secrets[i]);
        if (st == STATUS_OK)
            st = check_rewrite(r->lab, secrets[i], false, r->problem);
    }
    if (st == STATUS_OK)
        check_note("all carry key_id %s", buf_text(&r->key_id));
    buf_reset(&before);
    return st;
}

static enum status
read_all(const struct rotation *r)
{
    enum status st = check_reads(r->lab, untouched, r->problem);

    for (size_t i = 0; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++)
        st = check_reads(r->lab, secrets[i], r->problem);
    return st;
}

static enum status
change_is_seen(struct rotation *r, const char *written)
{
    enum status st = wait_until_stale(r);

    if (st == STATUS_OK)
        st = migrate(r);
    if (st == STATUS_OK)
        st = check_create(r->lab, written, r->problem);
    if (st == STATUS_OK)
        st = carries(r, written);
    return st == STATUS_OK ? read_all(r) : st;
}

static enum status
rotate(struct rotation *r)
{
    struct kms_account account = lab_account(r->lab);
    struct buf arn = { 0 }, answer = { 0 };
    enum status st = kms_find_key(&account, LAB_ALIAS, &arn, r->problem);

    if (st == STATUS_OK)
        st = kms_call_on_key(
            &account, "RotateKeyOnDemand", buf_text(&arn), &answer, r->problem);
    if (st == STATUS_OK)
        check_note("the key is rotated");
    buf_reset(&answer);
    buf_reset(&arn);
    return st == STATUS_OK ? change_is_seen(r, "after-the-rotation") : st;
}

static enum status
move_alias(struct rotation *r)
{
    struct kms_account account = lab_account(r->lab);
    struct buf arn = { 0 };
    enum status st =
        kms_create_key(&account, "kmslab e2e, later", &arn, r->problem);

    if (st == STATUS_OK)
        st = kms_point_alias(&account, LAB_ALIAS, buf_text(&arn), r->problem);
    if (st == STATUS_OK) {
        check_note("the alias points to another key");
        st = change_is_seen(r, "after-the-alias");
    }
    if (st == STATUS_OK &&
        !span_starts_with(buf_span(&r->key_id), buf_span(&arn))) {
        buf_say(r->problem, "key_id %s does not begin with the new key's ARN",
            buf_text(&r->key_id));
        st = STATUS_CORRUPT;
    }
    buf_reset(&arn);
    return st;
}

static enum status
restart(const struct rotation *r)
{
    struct buf text = { 0 };
    enum status st = providers_append(r->lab, PROVIDERS_KMS_V2, &text);

    if (st == STATUS_OK)
        st = lab_restart(r->lab, buf_text(&text), r->problem);
    if (st == STATUS_OK)
        check_note("kube-apiserver is ready");
    buf_reset(&text);
    return st;
}

static enum status
write_all(struct rotation *r)
{
    enum status st = check_create(r->lab, untouched, r->problem);

    for (size_t i = 0; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++)
        st = check_create(r->lab, secrets[i], r->problem);
    if (st == STATUS_OK)
        st = stored_key_id(r, untouched, &r->key_id);
    for (size_t i = 0; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++)
        st = carries(r, secrets[i]);
    return st;
}

enum status
rotated_kms_v2(struct lab *lab, struct buf *problem)
{
    struct rotation r = { .lab = lab, .problem = problem };
    enum status st = lab_follow_key(lab, problem);

    if (st == STATUS_OK)
        st = restart(&r);
    if (st == STATUS_OK)
        st = write_all(&r);
    if (st == STATUS_OK)
        st = rotate(&r);
    if (st == STATUS_OK)
        st = move_alias(&r);
    /* Nothing is unwrapped any more. */
    if (st == STATUS_OK)
        st = restart(&r);
    if (st == STATUS_OK)
        st = read_all(&r);
    buf_reset(&r.key_id);
    return st;
}
