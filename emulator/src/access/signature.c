/* SPDX-License-Identifier: Apache-2.0 */
#include "access/signature.h"

#include "aws/kms_error.h"
#include "base/clock.h"
#include "base/num.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SLOTS = 8, EXPIRES_MAX_S = 7 * 24 * 3600 };

struct slot {
    pthread_mutex_t lock;
    struct sigv4_key_cache *cache;
};

struct signature_checker {
    struct slot slots[SLOTS];
};

enum status
signature_checker_new(struct signature_checker **out)
{
    struct signature_checker *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return STATUS_NO_MEMORY;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < SLOTS; i++) {
        (void)pthread_mutex_init(&made->slots[i].lock, NULL);
        if (status == STATUS_OK)
            status = sigv4_key_cache_new(&made->slots[i].cache);
    }
    if (status != STATUS_OK) {
        signature_checker_free(made);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

void
signature_checker_free(struct signature_checker *checker)
{
    if (checker == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++) {
        sigv4_key_cache_free(checker->slots[i].cache);
        (void)pthread_mutex_destroy(&checker->slots[i].lock);
    }
    free(checker);
}

static struct slot *
own_slot(struct signature_checker *checker)
{
    static atomic_uint next;
    static _Thread_local unsigned mine; /* 0: not drawn yet */
    if (mine == 0)
        mine = 1 + atomic_fetch_add(&next, 1) % SLOTS;
    return &checker->slots[mine - 1];
}

/* A signature made before, or after, the time that `limit_ms` is. */
static void
say_skew(struct span amz_date, bool early, int64_t now_ms, int64_t limit_ms,
    struct buf *message)
{
    struct buf limit = { 0 };
    struct buf now = { 0 };
    if (clock_format_amz(limit_ms, &limit) == STATUS_OK &&
        clock_format_amz(now_ms, &now) == STATUS_OK)
        buf_say(message, "%s: %.*s is %s %s (%s %c 5 min.)",
            early ? "Signature not yet current" : "Signature expired",
            SPAN_ARG(amz_date), early ? "still later than" : "now earlier than",
            buf_text(&limit), buf_text(&now), early ? '+' : '-');
    buf_reset(&limit);
    buf_reset(&now);
}

/* How long a signature stays good: a header's as long as clocks may differ. */
static int64_t
lifetime_ms(const struct sigv4_authorization *authorization)
{
    int64_t seconds;
    if (!authorization->in_query || num_parse(authorization->expires, 1,
                                        EXPIRES_MAX_S, &seconds) != STATUS_OK)
        return SIGV4_SKEW_MS;
    return seconds * 1000;
}

static enum status
check_age(
    const struct signature *signature, int64_t now_ms, struct buf *message)
{
    struct span amz_date = signature->amz_date;
    int64_t date_ms;
    if (clock_parse_amz(amz_date, &date_ms) != STATUS_OK) {
        buf_say(message,
            "Date must be in ISO-8601 'basic format'. Got '%.*s'. See "
            "http://en.wikipedia.org/wiki/ISO_8601",
            SPAN_ARG(amz_date));
        return STATUS_AUTHENTIC;
    }
    int64_t oldest_ms = now_ms - lifetime_ms(&signature->authorization);
    if (date_ms < oldest_ms) {
        say_skew(amz_date, false, now_ms, oldest_ms, message);
        return STATUS_AUTHENTIC;
    }
    if (date_ms > now_ms + SIGV4_SKEW_MS) {
        say_skew(amz_date, true, now_ms, now_ms + SIGV4_SKEW_MS, message);
        return STATUS_AUTHENTIC;
    }
    return STATUS_OK;
}

/* The words for what sigv4_verify found. */
static void
say_refused(enum status found, const struct signature *signature,
    const struct buf *canonical, const struct buf *string_to_sign,
    struct buf *message)
{
    struct span date = signature->amz_date;
    if (found == STATUS_DENIED)
        buf_say(message,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS "
            "Authorization.");
    else if (found == STATUS_CONFLICT)
        buf_say(message,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 "
            "version of date from HTTP: '%.*s' != '%.*s', from '%.*s'.",
            SPAN_ARG(signature->authorization.scope.date),
            SPAN_ARG(span_first(date, 8)), SPAN_ARG(date));
    else
        buf_say(message, "%s", kms_error_text(KMS_ERROR_INVALID_SIGNATURE));
    if (canonical->len > 0)
        buf_say(message,
            "\n\nThe Canonical String for this request should have been\n'%s'"
            "\n\nThe String-to-Sign should have been\n'%s'\n",
            buf_text(canonical), buf_text(string_to_sign));
}

static enum status
verify(struct signature_checker *checker, const struct sigv4_request *request,
    const struct signature *signature, struct span secret, struct buf *message)
{
    struct buf canonical = { 0 };
    struct buf string_to_sign = { 0 };
    struct slot *slot = own_slot(checker);
    (void)pthread_mutex_lock(&slot->lock);
    enum status status = sigv4_verify(request, &signature->authorization,
        signature->amz_date, secret, slot->cache, &canonical, &string_to_sign);
    (void)pthread_mutex_unlock(&slot->lock);
    if (status == STATUS_AUTHENTIC || status == STATUS_DENIED ||
        status == STATUS_CONFLICT || status == STATUS_NOT_FOUND ||
        status == STATUS_INVALID || status == STATUS_TOO_LARGE) {
        say_refused(status, signature, &canonical, &string_to_sign, message);
        status = STATUS_AUTHENTIC;
    }
    buf_reset(&canonical);
    buf_reset(&string_to_sign);
    return status;
}

enum status
signature_check(struct signature_checker *checker,
    const struct sigv4_request *request, struct span body,
    const struct signature *signature, struct span secret, int64_t now_ms,
    struct buf *message)
{
    struct buf hash = { 0 };
    struct sigv4_request hashed = *request;
    enum status status = check_age(signature, now_ms, message);
    if (status == STATUS_OK)
        status = sigv4_payload_hash(body, &hash);
    if (status == STATUS_OK) {
        hashed.payload_sha256_hex = buf_span(&hash);
        hashed.normalize_path = true;
        status = verify(checker, &hashed, signature, secret, message);
    }
    buf_reset(&hash);
    return status;
}
