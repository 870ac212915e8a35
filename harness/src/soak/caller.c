/* SPDX-License-Identifier: Apache-2.0 */
#include "soak/caller_parts.h"

enum { PLAINTEXT_MAX = 64, HURRY_MAX_MS = 30 };

const char *const caller_names[CALLER_CALL_COUNT] = {
    [CALLER_V2_ENCRYPT] = "v2 encrypt",
    [CALLER_V2_DECRYPT] = "v2 decrypt",
    [CALLER_V2_STATUS] = "v2 status",
    [CALLER_V1_ENCRYPT] = "v1 encrypt",
    [CALLER_V1_DECRYPT] = "v1 decrypt",
    [CALLER_HURRIED] = "hurried",
    [CALLER_DAMAGED] = "damaged",
    [CALLER_FOREIGN] = "foreign",
    [CALLER_DIRECT] = "direct",
    [CALLER_GARBAGE] = "garbage",
};

uint32_t
caller_below(struct caller *caller, uint32_t below)
{
    struct random random = random_seeded(&caller->seed);
    uint32_t drawn = 0;
    (void)!random_fill(&random, (uint8_t *)&drawn, sizeof(drawn));
    return drawn % below;
}

enum status
caller_init(struct caller *caller, const char *socket, const char *key,
    const struct kms_account *direct, uint64_t seed)
{
    struct buf endpoint = { 0 };
    struct caller made = {
        .socket = socket, .key = key, .direct = *direct, .seed = { seed }
    };
    enum status st = buf_printf(&endpoint, "unix://%s", socket);
    if (st == STATUS_OK)
        st = rpc_channel_new(buf_span(&endpoint), RPC_WAIT, &made.channel);
    buf_reset(&endpoint);
    if (st == STATUS_OK)
        *caller = made;
    return st;
}

void
caller_reset(struct caller *caller)
{
    for (size_t i = 0; i < CALLER_KEPT; i++) {
        buf_reset(&caller->kept[i].plaintext);
        buf_reset(&caller->kept[i].ciphertext);
    }
    rpc_channel_free(caller->channel);
    *caller = (struct caller){ 0 };
}

enum caller_call
caller_draw(struct caller *caller)
{
    /* In a hundred: mostly what an apiserver asks for. */
    static const uint8_t shares[CALLER_CALL_COUNT] = {
        [CALLER_V2_ENCRYPT] = 22,
        [CALLER_V2_DECRYPT] = 30,
        [CALLER_V2_STATUS] = 10,
        [CALLER_V1_ENCRYPT] = 8,
        [CALLER_V1_DECRYPT] = 12,
        [CALLER_HURRIED] = 6,
        [CALLER_DAMAGED] = 4,
        [CALLER_FOREIGN] = 3,
        [CALLER_DIRECT] = 3,
        [CALLER_GARBAGE] = 2,
    };
    uint32_t drawn = caller_below(caller, 100);
    size_t call = 0;
    while (call + 1 < CALLER_CALL_COUNT && drawn >= shares[call])
        drawn -= shares[call++];
    return (enum caller_call)call;
}

enum caller_verdict
caller_wrong(struct buf *why, const char *what)
{
    buf_clear(why);
    buf_say(why, "%s", what);
    return CALLER_WRONG;
}

enum caller_verdict
caller_judge(const struct grpc_error *error, struct buf *why)
{
    static const enum grpc_code fitting[] = { GRPC_CODE_UNAVAILABLE,
        GRPC_CODE_DEADLINE_EXCEEDED, GRPC_CODE_RESOURCE_EXHAUSTED,
        GRPC_CODE_PERMISSION_DENIED, GRPC_CODE_UNAUTHENTICATED,
        GRPC_CODE_INTERNAL };
    buf_clear(why);
    (void)!grpc_error_text(error, why);
    for (size_t i = 0; i < ARRAY_LEN(fitting); i++)
        if (error->code == fitting[i])
            return CALLER_FAILED;
    return CALLER_WRONG;
}

enum status
caller_decrypt(struct caller *caller, bool v1, struct span ciphertext,
    int64_t timeout_ms, struct buf *plaintext, struct grpc_error *error)
{
    static const struct byte_map none;
    struct kms_service_v1 one = rpc_kms_v1(caller->channel);
    struct kms_service_v2 two = rpc_kms_v2(caller->channel);
    const struct kms_v2_decrypt request = { .ciphertext = ciphertext,
        .uid = SPAN_LITERAL("soak"),
        .key_id = span_text(caller->key),
        .annotations = &none };
    return v1 ? one.decrypt(
                    one.context, timeout_ms, ciphertext, plaintext, error)
              : two.decrypt(
                    two.context, timeout_ms, &request, plaintext, error);
}

static enum status
call_encrypt(struct caller *caller, bool v1, struct span plaintext,
    struct buf *ciphertext, struct buf *key_id, struct grpc_error *error)
{
    struct kms_service_v1 one = rpc_kms_v1(caller->channel);
    struct kms_service_v2 two = rpc_kms_v2(caller->channel);
    struct kms_v2_encrypted sealed = { 0 };
    if (v1)
        return one.encrypt(
            one.context, CALLER_TIMEOUT_MS, plaintext, ciphertext, error);
    enum status st = two.encrypt(two.context, CALLER_TIMEOUT_MS, plaintext,
        SPAN_LITERAL("soak"), &sealed, error);
    if (st == STATUS_OK) {
        buf_take(ciphertext, &sealed.ciphertext);
        buf_take(key_id, &sealed.key_id);
    }
    kms_v2_encrypted_reset(&sealed);
    return st;
}

/* Keeps what was sealed in place of something older. */
static void
keep(struct caller *caller, bool v1, struct buf *plaintext,
    struct buf *ciphertext)
{
    size_t at = caller->kept_count < CALLER_KEPT
                    ? caller->kept_count++
                    : caller_below(caller, CALLER_KEPT);
    struct caller_kept *kept = &caller->kept[at];
    buf_take(&kept->plaintext, plaintext);
    buf_take(&kept->ciphertext, ciphertext);
    kept->v1 = v1;
}

static enum caller_verdict
encrypt(struct caller *caller, bool v1, struct buf *why)
{
    struct random random = random_seeded(&caller->seed);
    struct buf plaintext = { 0 }, ciphertext = { 0 }, key_id = { 0 };
    struct grpc_error error = { 0 };
    uint8_t *place;
    size_t len = 1 + caller_below(caller, PLAINTEXT_MAX);
    enum caller_verdict verdict = CALLER_GOOD;
    enum status st = buf_extend(&plaintext, len, &place);
    if (st == STATUS_OK)
        st = random_fill(&random, place, len);
    if (st != STATUS_OK)
        verdict = caller_wrong(why, status_text(st));
    else if (call_encrypt(caller, v1, buf_span(&plaintext), &ciphertext,
                 &key_id, &error) != STATUS_OK)
        verdict = caller_judge(&error, why);
    else if (!v1 && !span_equal_text(buf_span(&key_id), caller->key))
        verdict = caller_wrong(why, "Encrypt named another key");
    else if (span_search(buf_span(&ciphertext), buf_span(&plaintext), &len) &&
             plaintext.len >= 8)
        verdict = caller_wrong(why, "Encrypt gave the plaintext back");
    else
        keep(caller, v1, &plaintext, &ciphertext);
    buf_reset(&plaintext);
    buf_reset(&ciphertext);
    buf_reset(&key_id);
    grpc_error_reset(&error);
    return verdict;
}

const struct caller_kept *
caller_pick(struct caller *caller)
{
    if (caller->kept_count == 0)
        return NULL;
    return &caller->kept[caller_below(caller, (uint32_t)caller->kept_count)];
}

static enum caller_verdict
decrypt(struct caller *caller, int64_t timeout_ms, struct buf *why)
{
    const struct caller_kept *kept = caller_pick(caller);
    struct buf plaintext = { 0 };
    struct grpc_error error = { 0 };
    enum caller_verdict verdict = CALLER_GOOD;
    if (kept == NULL)
        return CALLER_GOOD;
    if (caller_decrypt(caller, kept->v1, buf_span(&kept->ciphertext),
            timeout_ms, &plaintext, &error) != STATUS_OK)
        verdict = caller_judge(&error, why);
    else if (!span_equal(buf_span(&plaintext), buf_span(&kept->plaintext)))
        verdict = caller_wrong(why, "Decrypt gave another plaintext");
    buf_reset(&plaintext);
    grpc_error_reset(&error);
    return verdict;
}

static enum caller_verdict
status(struct caller *caller, struct buf *why)
{
    struct kms_service_v2 two = rpc_kms_v2(caller->channel);
    struct kms_v2_status answer = { 0 };
    struct grpc_error error = { 0 };
    enum caller_verdict verdict = CALLER_GOOD;
    if (two.status(two.context, CALLER_TIMEOUT_MS, &answer, &error) !=
        STATUS_OK)
        verdict = caller_judge(&error, why);
    else if (!span_equal_text(buf_span(&answer.key_id), caller->key) ||
             !span_equal_text(buf_span(&answer.healthz), "ok"))
        verdict = caller_wrong(why, "Status names another key or is not ok");
    kms_v2_status_reset(&answer);
    grpc_error_reset(&error);
    return verdict;
}

/* What is done in a hurry may fail for that. */
static enum caller_verdict
hurried(struct caller *caller, struct buf *why)
{
    enum caller_verdict verdict =
        decrypt(caller, 1 + caller_below(caller, HURRY_MAX_MS), why);
    return verdict == CALLER_FAILED ? CALLER_GOOD : verdict;
}

enum caller_verdict
caller_make(struct caller *caller, enum caller_call call, struct buf *why)
{
    switch (call) {
    case CALLER_V2_ENCRYPT:
        return encrypt(caller, false, why);
    case CALLER_V1_ENCRYPT:
        return encrypt(caller, true, why);
    case CALLER_V2_DECRYPT:
    case CALLER_V1_DECRYPT:
        return decrypt(caller, CALLER_TIMEOUT_MS, why);
    case CALLER_V2_STATUS:
        return status(caller, why);
    case CALLER_HURRIED:
        return hurried(caller, why);
    case CALLER_DAMAGED:
        return caller_hostile_damaged(caller, why);
    case CALLER_FOREIGN:
        return caller_hostile_foreign(caller, why);
    case CALLER_DIRECT:
        return caller_direct(caller, why);
    case CALLER_GARBAGE:
    case CALLER_CALL_COUNT:
        break;
    }
    return caller_hostile_garbage(caller, why);
}
