/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v2_state.h"

#include "base/encode.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>

/* Go's zero time, which shows in errors before the first seed. */
#define GO_ZERO_TIME_MS (-62135596800000)

struct kms_v2_state {
    struct kms_service_v2 service;
    int64_t timeout_ms;
    struct clock clock;
    struct random random;
    pthread_mutex_t lock; /* guards the two below */
    struct kms_v2_seed *seed;
    int64_t expires_ms;
};

enum status
kms_v2_state_new(
    const struct kms_v2_options *options, struct kms_v2_state **out)
{
    struct kms_v2_state *state = calloc(1, sizeof(*state));
    if (state == NULL)
        return STATUS_NO_MEMORY;
    state->service = options->service;
    state->timeout_ms = options->timeout_ms;
    state->clock = options->clock;
    state->random = options->random;
    state->expires_ms = GO_ZERO_TIME_MS;
    if (pthread_mutex_init(&state->lock, NULL) != 0) {
        free(state);
        return STATUS_NO_MEMORY;
    }
    *out = state;
    return STATUS_OK;
}

void
kms_v2_state_free(struct kms_v2_state *state)
{
    if (state == NULL)
        return;
    kms_v2_seed_release(state->seed);
    pthread_mutex_destroy(&state->lock);
    free(state);
}

enum status
kms_v2_state_current(struct kms_v2_state *state, struct kms_v2_seed **seed,
    int64_t *expires_ms, struct transform_error *error)
{
    enum status st = STATUS_OK;
    pthread_mutex_lock(&state->lock);
    if (state->seed == NULL) {
        st = STATUS_UNAVAILABLE;
    } else {
        *seed = kms_v2_seed_hold(state->seed);
        *expires_ms = state->expires_ms;
    }
    pthread_mutex_unlock(&state->lock);
    if (st != STATUS_OK)
        transform_error_set(error, "got unexpected nil transformer");
    return st;
}

enum status
kms_v2_state_hash(struct span key_id, struct buf *out)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    size_t before = out->len;
    if (EVP_Digest(key_id.ptr, key_id.len, digest, NULL, EVP_sha256(), NULL) !=
        1)
        return STATUS_CRYPTO;
    enum status st = buf_append_text(out, "sha256:");
    if (st == STATUS_OK)
        st = hex_encode(span_of(digest, sizeof(digest)), out);
    if (st != STATUS_OK)
        buf_truncate(out, before);
    return st;
}

/* "expired at …": the words that people meet three minutes into an outage. */
static void
set_expired(struct span key_id, int64_t expires_ms, int64_t now_ms,
    struct transform_error *error)
{
    struct buf hash = { 0 }, then = { 0 }, now = { 0 };
    enum status st = kms_v2_state_hash(key_id, &hash);
    if (st == STATUS_OK)
        st = clock_format_rfc3339(expires_ms, &then);
    if (st == STATUS_OK)
        st = clock_format_rfc3339(now_ms, &now);
    if (st == STATUS_OK)
        transform_error_set(error,
            "encryptedDEKSource with keyID hash \"%s\" expired at %s (current "
            "time is %s)",
            buf_text(&hash), buf_text(&then), buf_text(&now));
    buf_reset(&hash);
    buf_reset(&then);
    buf_reset(&now);
}

enum status
kms_v2_state_writable(struct kms_v2_state *state, struct kms_v2_seed **seed,
    struct transform_error *error)
{
    struct kms_v2_seed *current = NULL;
    int64_t expires_ms = 0, now_ms;
    enum status st = kms_v2_state_current(state, &current, &expires_ms, error);
    if (st != STATUS_OK)
        return st;
    now_ms = clock_ms(&state->clock);
    if (now_ms > expires_ms) {
        set_expired(
            buf_span(&current->record.key_id), expires_ms, now_ms, error);
        kms_v2_seed_release(current);
        return STATUS_TIMEOUT;
    }
    *seed = current;
    return STATUS_OK;
}

/* Moves the seed's time on if it is of this key id. */
static bool
extend(struct kms_v2_state *state, struct span key_id, int64_t expires_ms)
{
    bool same = false;
    pthread_mutex_lock(&state->lock);
    if (state->seed != NULL &&
        span_equal(buf_span(&state->seed->record.key_id), key_id)) {
        state->expires_ms = expires_ms;
        same = true;
    }
    pthread_mutex_unlock(&state->lock);
    return same;
}

static void
replace(
    struct kms_v2_state *state, struct kms_v2_seed *seed, int64_t expires_ms)
{
    struct kms_v2_seed *old;
    pthread_mutex_lock(&state->lock);
    old = state->seed;
    state->seed = seed;
    state->expires_ms = expires_ms;
    pthread_mutex_unlock(&state->lock);
    kms_v2_seed_release(old);
}

/* What kube-apiserver prints of a rotation that failed. */
struct rotation_report {
    struct span uid;
    struct span status_key_id;
    struct span wrapped_key_id;             /* empty where wrapping failed */
    const struct transform_error *wrapping; /* NULL where it did not */
};

static enum status
append_quoted_hash(struct buf *out, const char *name, struct span key_id)
{
    enum status st = buf_printf(out, ", %s=\"", name);
    if (st == STATUS_OK && key_id.len > 0)
        st = kms_v2_state_hash(key_id, out);
    return st == STATUS_OK ? buf_append_byte(out, '"') : st;
}

/* Without the lock: only the thread that rotates changes what is read here. */
static enum status
print_rotation(struct kms_v2_state *state, const struct rotation_report *r,
    struct buf *out)
{
    const struct kms_v2_seed *seed = state->seed;
    enum status st = buf_printf(out,
        "failed to rotate DEK uid=\"%.*s\", useSeed=true, errState=%s, "
        "errGen=%s",
        SPAN_ARG(r->uid),
        seed == NULL ? "got unexpected nil transformer" : "<nil>",
        r->wrapping == NULL ? "<nil>" : buf_text(&r->wrapping->text));
    if (st == STATUS_OK)
        st = append_quoted_hash(out, "statusKeyIDHash", r->status_key_id);
    if (st == STATUS_OK)
        st = append_quoted_hash(out, "encryptKeyIDHash", r->wrapped_key_id);
    if (st == STATUS_OK)
        st = append_quoted_hash(out, "stateKeyIDHash",
            seed == NULL ? span_text(NULL) : buf_span(&seed->record.key_id));
    if (st == STATUS_OK)
        st = buf_append_text(out, ", expirationTimestamp=");
    return st == STATUS_OK ? clock_format_rfc3339(state->expires_ms, out) : st;
}

static void
report_rotation(struct kms_v2_state *state, const struct rotation_report *r,
    struct transform_error *error)
{
    struct buf words = { 0 };
    if (print_rotation(state, r, &words) == STATUS_OK)
        transform_error_set(error, "%s", buf_text(&words));
    buf_reset(&words);
}

static enum status
rotate(struct kms_v2_state *state, struct span key_id, struct span uid,
    int64_t expires_ms, struct transform_error *error)
{
    struct kms_v2_seed *seed = NULL;
    struct transform_error wrapping = { 0 };
    struct rotation_report report = { uid, key_id, { NULL, 0 }, NULL };
    enum status st = kms_v2_seed_generate(&state->service, state->timeout_ms,
        &state->random, uid, &seed, &wrapping);
    if (st != STATUS_OK) {
        report.wrapping = &wrapping;
    } else if (!span_equal(buf_span(&seed->record.key_id), key_id)) {
        report.wrapped_key_id = buf_span(&seed->record.key_id);
        st = STATUS_CONFLICT;
    } else {
        replace(state, seed, expires_ms);
        seed = NULL;
    }
    if (st != STATUS_OK)
        report_rotation(state, &report, error);
    transform_error_reset(&wrapping);
    kms_v2_seed_release(seed);
    return st;
}

enum status
kms_v2_state_follow(struct kms_v2_state *state, struct span key_id,
    struct transform_error *error)
{
    /* The time starts before any call: it is an upper bound. */
    int64_t expires_ms = clock_ms(&state->clock) + KMS_V2_WRITE_TTL_MS;
    struct buf uid = { 0 };
    if (extend(state, key_id, expires_ms))
        return STATUS_OK;
    enum status st = random_uuid(&state->random, &uid);
    if (st == STATUS_OK)
        st = rotate(state, key_id, buf_span(&uid), expires_ms, error);
    buf_reset(&uid);
    return st;
}
