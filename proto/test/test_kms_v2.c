/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/encrypted_object.h"
#include "k8s/kms_v2.h"
#include "test/check.h"
#include "test/support_kms.h"

#include <stdlib.h>

#define KEY SPAN_LITERAL("/registry/secrets/default/s1")
#define START 1763812800000 /* 2025-11-22T12:00:00Z */
#define HASH_1                                                                 \
    "sha256:be2974546978e3739e6d6da85c4be9f334ce32df2b9fd4b6ff1b55c0d57e9d44"
#define HASH_2                                                                 \
    "sha256:7c36b0a9dedde119c75165957c6c9c187e65df1ee5db87c4c58ad503ad88cbe3"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* One provider of an apiserver, its plugin, and the last error. */
struct bench {
    struct fake_kms fake;
    struct clock_manual time;
    struct kms_v2 *kms;
    struct transformer t;
    struct transform_error error;
};

static struct kms_v2 *
new_provider(struct bench *b)
{
    struct kms_v2 *kms = NULL;
    struct kms_v2_options options = {
        .name = SPAN_LITERAL("p"),
        .timeout_ms = 3000,
        .service = fake_kms_v2(&b->fake),
        .clock = clock_manual(&b->time),
        .random = random_system(),
    };
    assert_ok(kms_v2_new(&options, &kms));
    return kms;
}

static int
setup(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));
    assert_non_null(b);
    fake_kms_init(&b->fake);
    b->time.now_ms = START;
    b->kms = new_provider(b);
    b->t = kms_v2_transformer(b->kms);
    *state = b;
    return 0;
}

static int
teardown(void **state)
{
    struct bench *b = *state;
    kms_v2_free(b->kms);
    transform_error_reset(&b->error);
    fake_kms_reset(&b->fake);
    free(b);
    return 0;
}

/* The apiserver's process ends and starts again. */
static void
restart(struct bench *b)
{
    kms_v2_free(b->kms);
    b->kms = new_provider(b);
    b->t = kms_v2_transformer(b->kms);
}

static enum status
health(struct bench *b)
{
    transform_error_reset(&b->error);
    return kms_v2_health(b->kms, &b->error);
}

static enum status
seal(struct bench *b, struct buf *stored)
{
    buf_clear(stored);
    transform_error_reset(&b->error);
    return transformer_write(
        &b->t, KEY, SPAN_LITERAL("text"), stored, &b->error);
}

static struct buf
sealed(struct bench *b)
{
    struct buf stored = { 0 };
    assert_ok(seal(b, &stored));
    return stored;
}

static enum status
open_at(struct bench *b, struct span key, const struct buf *stored, bool *stale)
{
    struct buf plain = { 0 };
    transform_error_reset(&b->error);
    enum status st = transformer_read(
        &b->t, key, buf_span(stored), &plain, stale, &b->error);
    if (st == STATUS_OK)
        assert_span_text(buf_span(&plain), "text");
    else
        assert_int_equal(plain.len, 0);
    buf_reset(&plain);
    return st;
}

static enum status
open_stored(struct bench *b, const struct buf *stored, bool *stale)
{
    return open_at(b, KEY, stored, stale);
}

static void
assert_words(struct bench *b, const char *words)
{
    assert_string_equal(buf_text(&b->error.text), words);
}

static int64_t
expiry(struct bench *b)
{
    struct kms_v2_view view = { 0 };
    assert_ok(kms_v2_look(b->kms, &view));
    int64_t expires_ms = view.expires_ms;
    kms_v2_view_reset(&view);
    return expires_ms;
}

static void
nothing_works_before_the_first_good_status(void **state)
{
    struct bench *b = *state;
    struct kms_v2_view view = { 0 };
    struct buf stored = { 0 };
    bool stale = false;
    assert_int_equal(kms_v2_look(b->kms, &view), STATUS_NOT_FOUND);
    assert_int_equal(seal(b, &stored), STATUS_UNAVAILABLE);
    assert_words(b, "got unexpected nil transformer");
    assert_int_equal(stored.len, 0);
    assert_ok(buf_append(&stored, SPAN_LITERAL("\x0a\x01"
                                               "d\x12\x01k\x1a\x01s\x28\x01")));
    assert_int_equal(open_stored(b, &stored, &stale), STATUS_UNAVAILABLE);
    assert_words(b, "got unexpected nil transformer");
    assert_int_equal(b->fake.decrypt_calls, 0);
    buf_reset(&stored);
}

static void
one_seed_serves_all_writes_and_its_own_reads(void **state)
{
    struct bench *b = *state;
    bool stale = true;
    assert_ok(health(b));
    for (size_t i = 0; i < 5; i++) {
        struct buf stored = sealed(b);
        assert_ok(open_stored(b, &stored, &stale));
        assert_false(stale);
        buf_reset(&stored);
    }
    assert_int_equal(b->fake.encrypt_calls, 1);
    assert_int_equal(b->fake.decrypt_calls, 0);
    assert_int_equal(expiry(b), START + 3 * MINUTE);
}

static void
a_restarted_apiserver_asks_once_for_an_old_seed(void **state)
{
    struct bench *b = *state;
    bool stale = true;
    b->fake.annotation = "note.example.com";
    assert_ok(health(b));
    struct buf stored = sealed(b);
    restart(b);
    assert_ok(health(b));
    assert_ok(open_stored(b, &stored, &stale));
    assert_ok(open_stored(b, &stored, &stale));
    assert_false(stale); /* another seed, but the same key id */
    assert_int_equal(b->fake.decrypt_calls, 1);
    assert_span_text(buf_span(&b->fake.last_key_id), "key-1");
    assert_int_equal(b->fake.last_annotations, 1);
    buf_reset(&stored);
}

static void
a_failed_unwrapping_is_not_remembered(void **state)
{
    struct bench *b = *state;
    bool stale = false;
    assert_ok(health(b));
    struct buf stored = sealed(b);
    restart(b);
    assert_ok(health(b));
    b->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;
    for (unsigned i = 1; i <= 2; i++) {
        assert_int_equal(open_stored(b, &stored, &stale), STATUS_UNAVAILABLE);
        assert_words(b,
            "failed to decrypt DEK, error: rpc error: code = Unavailable desc "
            "= scripted");
        assert_int_equal(b->fake.decrypt_calls, i);
    }
    b->fake.decrypt_code = GRPC_CODE_OK;
    assert_ok(open_stored(b, &stored, &stale));
    buf_reset(&stored);
}

/* ---- the seed and the key id: what kube-apiserver's own tests go through */

static void
the_same_key_id_moves_the_expiry_on_without_a_call(void **state)
{
    struct bench *b = *state;
    assert_ok(health(b));
    b->time.now_ms += MINUTE;
    assert_ok(health(b));
    assert_int_equal(expiry(b), START + 4 * MINUTE);
    assert_int_equal(b->fake.encrypt_calls, 1);
}

static void
an_expired_seed_is_revived_by_its_key_id(void **state)
{
    struct bench *b = *state;
    struct buf stored = { 0 };
    assert_ok(health(b));
    b->time.now_ms += HOUR;
    assert_int_equal(seal(b, &stored), STATUS_TIMEOUT);
    assert_words(b, "encryptedDEKSource with keyID hash \"" HASH_1
                    "\" expired at 2025-11-22T12:03:00Z (current time is "
                    "2025-11-22T13:00:00Z)");
    assert_ok(health(b));
    assert_ok(seal(b, &stored));
    assert_int_equal(b->fake.encrypt_calls, 1);
    buf_reset(&stored);
}

static void
another_key_id_makes_another_seed_also_after_expiry(void **state)
{
    struct bench *b = *state;
    bool stale = false;
    assert_ok(health(b));
    struct buf stored = sealed(b);
    for (unsigned i = 1; i <= 2; i++) {
        b->fake.key_id = i == 1 ? "key-2" : "key-3";
        b->time.now_ms += i == 1 ? MINUTE : HOUR;
        assert_ok(health(b));
        assert_int_equal(b->fake.encrypt_calls, 1 + i);
        assert_ok(open_stored(b, &stored, &stale));
        assert_true(stale);
        assert_int_equal(expiry(b), b->time.now_ms + 3 * MINUTE);
    }
    assert_int_equal(b->fake.decrypt_calls, 0);
    buf_reset(&stored);
}

/* The words of a failed rotation after its uid, which is drawn. */
static void
assert_rotation_words(struct bench *b, const char *from_use_seed)
{
    static const char before[] = "kmsv2 Provider p is not healthy, error: "
                                 "failed to rotate DEK uid=\"";
    const char *text = buf_text(&b->error.text);
    assert_memory_equal(text, before, sizeof(before) - 1);
    text += sizeof(before) - 1 + 36;
    assert_string_equal(text, from_use_seed);
}

static void
a_seed_that_cannot_be_wrapped_leaves_the_old_one_its_time(void **state)
{
    struct bench *b = *state;
    struct buf stored = { 0 };
    assert_ok(health(b));
    b->fake.key_id = "key-2";
    b->fake.encrypt_code = GRPC_CODE_PERMISSION_DENIED;
    b->time.now_ms += MINUTE;
    assert_int_equal(health(b), STATUS_DENIED);
    assert_rotation_words(b,
        "\", useSeed=true, errState=<nil>, errGen=failed to encrypt DEK, "
        "error: rpc error: code = PermissionDenied desc = scripted, "
        "statusKeyIDHash=\"" HASH_2 "\", encryptKeyIDHash=\"\", "
        "stateKeyIDHash=\"" HASH_1
        "\", expirationTimestamp=2025-11-22T12:03:00Z");
    assert_int_equal(expiry(b), START + 3 * MINUTE);
    assert_ok(seal(b, &stored));
    b->time.now_ms += 2 * MINUTE + 1;
    assert_int_equal(seal(b, &stored), STATUS_TIMEOUT);
    buf_reset(&stored);
}

static void
a_seed_of_another_key_id_than_status_says_is_not_taken(void **state)
{
    struct bench *b = *state;
    b->fake.encrypt_key_id = "key-2";
    assert_int_equal(health(b), STATUS_CONFLICT);
    assert_rotation_words(b,
        "\", useSeed=true, errState=got unexpected nil transformer, "
        "errGen=<nil>, statusKeyIDHash=\"" HASH_1
        "\", encryptKeyIDHash=\"" HASH_2 "\", stateKeyIDHash=\"\", "
        "expirationTimestamp=0001-01-01T00:00:00Z");
    struct kms_v2_view view = { 0 };
    assert_int_equal(kms_v2_look(b->kms, &view), STATUS_NOT_FOUND);
}

static const struct {
    size_t wrapped_len;
    const char *annotation, *encrypt_key_id;
    const char *words; /* errGen */
} bad_answers[] = {
    { 1025, NULL, NULL,
        "failed to validate encrypted DEK source: encrypted DEK source is "
        "1025 bytes, which exceeds the max size of 1024" },
    { 0, "panda", NULL,
        "failed to validate annotations: annotations: Invalid value: "
        "\"panda\": should be a domain with at least two segments separated "
        "by dots" },
    { 0, NULL, "", "failed to validate key id: keyID is empty" },
};

static void
an_answer_against_the_rules_makes_no_seed(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(bad_answers); i++) {
        struct kms_v2_view view = { 0 };
        size_t at;
        b->fake.wrapped_len = bad_answers[i].wrapped_len;
        b->fake.annotation = bad_answers[i].annotation;
        b->fake.encrypt_key_id = bad_answers[i].encrypt_key_id;
        b->time.now_ms += MINUTE;
        assert_int_equal(health(b), STATUS_INVALID);
        assert_true(span_search(
            buf_span(&b->error.text), span_text(bad_answers[i].words), &at));
        assert_int_equal(kms_v2_look(b->kms, &view), STATUS_NOT_FOUND);
    }
}

/* ---- Status ------------------------------------------------------------ */

static const struct {
    const char *version, *healthz, *key_id;
    const char *words;
} statuses[] = {
    { "v2", "sick", "key-1", "got unexpected healthz status: sick" },
    { "v1", "ok", "key-1", "expected KMSv2 API version v2, got v1" },
    { "v2", "ok", "", "got invalid KMSv2 KeyID hash \"\": keyID is empty" },
    { "v3", "sick", "",
        "[got unexpected healthz status: sick, expected KMSv2 API version v2, "
        "got v3, got invalid KMSv2 KeyID hash \"\": keyID is empty]" },
};

static void
all_that_is_wrong_with_a_status_is_said_together(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        struct buf words = { 0 };
        b->fake.version = statuses[i].version;
        b->fake.healthz = statuses[i].healthz;
        b->fake.key_id = statuses[i].key_id;
        b->time.now_ms += MINUTE;
        assert_int_not_equal(health(b), STATUS_OK);
        assert_ok(buf_printf(&words,
            "kmsv2 Provider p is not healthy, error: %s", statuses[i].words));
        assert_words(b, buf_text(&words));
        buf_reset(&words);
    }
    /* The first row's key id was valid, so it made a seed nonetheless. */
    assert_int_equal(b->fake.encrypt_calls, 1);
}

static void
the_version_may_be_either_but_not_change(void **state)
{
    struct bench *b = *state;
    b->fake.version = "v2beta1";
    assert_ok(health(b));
    b->fake.version = "v2";
    b->time.now_ms += MINUTE;
    assert_int_equal(health(b), STATUS_CONFLICT);
    assert_words(b,
        "kmsv2 Provider p is not healthy, error: KMSv2 API version should not "
        "change after the initial status response version v2beta1, got v2");
}

static void
results_are_used_again_for_twenty_and_for_three_seconds(void **state)
{
    struct bench *b = *state;
    assert_ok(health(b));
    b->fake.status_code = GRPC_CODE_FAILED_PRECONDITION;
    b->time.now_ms += 20 * SECOND - 1;
    assert_ok(health(b));
    assert_int_equal(b->fake.status_calls, 1);
    b->time.now_ms += 1;
    assert_int_equal(health(b), STATUS_UNAVAILABLE);
    assert_words(b,
        "failed to perform status section of the healthz check for KMS "
        "Provider p, error: rpc error: code = FailedPrecondition desc = "
        "scripted");
    b->fake.status_code = GRPC_CODE_OK;
    b->time.now_ms += 3 * SECOND - 1;
    assert_int_equal(health(b), STATUS_UNAVAILABLE);
    assert_words(b, "rpc error: code = FailedPrecondition desc = scripted");
    b->time.now_ms += 1;
    assert_ok(health(b));
    assert_int_equal(b->fake.status_calls, 3);
}

static void
the_time_to_write_counts_from_before_the_wrapping(void **state)
{
    struct bench *b = *state;
    b->fake.clock = &b->time;
    b->fake.call_ms = 2000;
    assert_ok(health(b));
    /* Status took 2 s, then the time was taken, then Encrypt took 2 s. */
    assert_int_equal(expiry(b), START + 2 * SECOND + 3 * MINUTE);
    assert_int_equal(b->time.now_ms, START + 4 * SECOND);
}

/* ---- the matrix of outages ---------------------------------------------- */

enum outcome { GOOD, BAD };

static const struct situation {
    const char *name;
    enum grpc_code status_code, encrypt_code, decrypt_code;
    const char *healthz, *key_id, *encrypt_key_id;
    bool restarted;
    enum outcome warm, cold, write_soon, write_late, healthy;
} matrix[] = {
    { "all is well", 0, 0, 0, NULL, "key-1", NULL, false, GOOD, GOOD, GOOD,
        GOOD, GOOD },
    { "no Status", GRPC_CODE_UNAVAILABLE, GRPC_CODE_UNAVAILABLE,
        GRPC_CODE_UNAVAILABLE, NULL, "key-1", NULL, false, GOOD, BAD, GOOD, BAD,
        BAD },
    { "Status says it is sick", 0, GRPC_CODE_UNAVAILABLE, GRPC_CODE_UNAVAILABLE,
        "err", "key-1", NULL, false, GOOD, BAD, GOOD, GOOD, BAD },
    { "no Encrypt, same key id", 0, GRPC_CODE_UNAVAILABLE, 0, NULL, "key-1",
        NULL, false, GOOD, GOOD, GOOD, GOOD, GOOD },
    { "no Encrypt, new key id", 0, GRPC_CODE_UNAVAILABLE, 0, NULL, "key-2",
        NULL, false, GOOD, GOOD, GOOD, BAD, BAD },
    { "Status and Encrypt disagree", 0, 0, 0, NULL, "key-2", "key-1", false,
        GOOD, GOOD, GOOD, BAD, BAD },
    { "no Decrypt", 0, 0, GRPC_CODE_UNAVAILABLE, NULL, "key-1", NULL, false,
        GOOD, BAD, GOOD, GOOD, GOOD },
    { "restarted without the plugin", GRPC_CODE_UNAVAILABLE,
        GRPC_CODE_UNAVAILABLE, GRPC_CODE_UNAVAILABLE, NULL, "key-1", NULL, true,
        BAD, BAD, BAD, BAD, BAD },
    { "restarted without Encrypt", 0, GRPC_CODE_UNAVAILABLE, 0, NULL, "key-1",
        NULL, true, BAD, BAD, BAD, BAD, BAD },
};

static void
break_as(struct bench *b, const struct situation *s)
{
    b->fake.status_code = s->status_code;
    b->fake.encrypt_code = s->encrypt_code;
    b->fake.decrypt_code = s->decrypt_code;
    b->fake.healthz = s->healthz;
    b->fake.key_id = s->key_id;
    b->fake.encrypt_key_id = s->encrypt_key_id;
}

static enum outcome
outcome_of(enum status st)
{
    return st == STATUS_OK ? GOOD : BAD;
}

static void
run_situation(struct bench *b, const struct situation *s)
{
    struct buf cold, warm, stored = { 0 };
    bool stale = false;
    print_message("# %s\n", s->name);
    assert_ok(health(b));
    cold = sealed(b);
    restart(b);
    b->time.now_ms += MINUTE;
    assert_ok(health(b));
    warm = sealed(b);

    break_as(b, s);
    if (s->restarted)
        restart(b);
    b->time.now_ms += MINUTE;
    assert_int_equal(outcome_of(health(b)), s->healthy);
    assert_int_equal(outcome_of(seal(b, &stored)), s->write_soon);
    for (int i = 0; i < 3; i++) {
        b->time.now_ms += MINUTE;
        assert_int_equal(outcome_of(health(b)), s->healthy);
    }
    assert_int_equal(outcome_of(seal(b, &stored)), s->write_late);
    assert_int_equal(outcome_of(open_stored(b, &warm, &stale)), s->warm);
    assert_int_equal(outcome_of(open_stored(b, &cold, &stale)), s->cold);
    buf_reset(&cold);
    buf_reset(&warm);
    buf_reset(&stored);
}

static void
outages_have_the_effects_that_kube_apiserver_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(matrix); i++) {
        void *fresh = NULL;
        assert_int_equal(setup(&fresh), 0);
        run_situation(fresh, &matrix[i]);
        assert_int_equal(teardown(&fresh), 0);
    }
}

/* ---- the cache ---------------------------------------------------------- */

static void
a_seed_of_a_day_ago_goes_at_the_next_write(void **state)
{
    struct bench *b = *state;
    bool stale = false;
    assert_ok(health(b));
    struct buf old = sealed(b);
    restart(b);
    assert_ok(health(b));
    assert_ok(open_stored(b, &old, &stale));
    b->fake.decrypt_code = GRPC_CODE_UNAVAILABLE;

    b->time.now_ms += 24 * HOUR;
    assert_ok(health(b));
    assert_ok(open_stored(b, &old, &stale)); /* a look-up drops nothing */
    struct buf fresh = sealed(b);
    assert_int_equal(open_stored(b, &old, &stale), STATUS_UNAVAILABLE);
    assert_ok(open_stored(b, &fresh, &stale));
    buf_reset(&old);
    buf_reset(&fresh);
}

/* ---- damage ---------------------------------------------------------------
 */

enum region { KEY_ID, SOURCE, ANNOTATION, TYPE, INFO, NONCE, TEXT, TAG };

static void
turn(struct encrypted_object *o, enum region region)
{
    static const size_t at[] = {
        [INFO] = 0, [NONCE] = 32, [TEXT] = 44, [TAG] = 48
    };
    if (region == KEY_ID)
        o->key_id.ptr[0] ^= 1;
    else if (region == SOURCE)
        o->source.ptr[o->source.len - 1] ^= 1;
    else if (region == ANNOTATION)
        assert_ok(annotations_set(
            &o->annotations, SPAN_LITERAL("a.b"), SPAN_LITERAL("added")));
    else if (region == TYPE)
        o->type = ENCRYPTED_OBJECT_AES_GCM_KEY;
    else
        o->data.ptr[at[region]] ^= 1;
}

#define MAC "cipher: message authentication failed"

static const struct {
    enum region region;
    const char *words; /* NULL: it is read, as stale where the key id moved */
    unsigned decrypts;
} damages[] = {
    { KEY_ID, NULL, 1 }, /* judging it is the plugin's duty */
    { SOURCE, MAC, 1 },  /* the script unwraps to another seed */
    { ANNOTATION, NULL, 1 },
    { TYPE, MAC, 1 },
    { INFO, MAC, 0 },
    { NONCE, MAC, 0 },
    { TEXT, MAC, 0 },
    { TAG, MAC, 0 },
};

static void
damage_shows_where_it_is_bound(void **state)
{
    struct bench *b = *state;
    assert_ok(health(b));
    for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
        struct encrypted_object o = { 0 };
        struct buf damaged = { 0 };
        bool stale = false;
        unsigned before = b->fake.decrypt_calls;
        struct buf stored = sealed(b);
        assert_ok(encrypted_object_decode(buf_span(&stored), &o, &b->error));
        turn(&o, damages[i].region);
        assert_ok(encrypted_object_encode(&o, &damaged));
        enum status st = open_stored(b, &damaged, &stale);
        assert_words(b, damages[i].words == NULL ? "" : damages[i].words);
        assert_int_equal(
            st, damages[i].words == NULL ? STATUS_OK : STATUS_AUTHENTIC);
        assert_int_equal(stale, damages[i].region == KEY_ID);
        assert_int_equal(b->fake.decrypt_calls - before, damages[i].decrypts);
        encrypted_object_reset(&o);
        buf_reset(&damaged);
        buf_reset(&stored);
    }
}

static void
a_value_moved_to_another_object_is_refused(void **state)
{
    struct bench *b = *state;
    bool stale = false;
    assert_ok(health(b));
    struct buf stored = sealed(b);
    assert_int_equal(open_at(b, SPAN_LITERAL("/registry/secrets/default/s2"),
                         &stored, &stale),
        STATUS_AUTHENTIC);
    assert_words(b, MAC);
    buf_reset(&stored);
}

/* A source whose unwrapping the script knows, and what it is. */
static const struct {
    int32_t type;
    const char *plain;
    const char *words;
} bad_secrets[] = {
    { ENCRYPTED_OBJECT_SEED, "short",
        "invalid seed length 5 used for key generation" },
    { ENCRYPTED_OBJECT_SEED, "",
        "invalid seed length 0 used for key generation" },
    { ENCRYPTED_OBJECT_AES_GCM_KEY, "seventeen bytes!!",
        "crypto/aes: invalid key size 17" },
};

static void
a_secret_of_the_wrong_size_is_refused_and_not_kept(void **state)
{
    struct bench *b = *state;
    struct fake_unwrap unwrap = { { 0 }, { 0 } };
    assert_ok(health(b));
    assert_ok(buf_append_text(&unwrap.wrapped, "s"));
    b->fake.unwraps = &unwrap;
    b->fake.unwrap_count = 1;
    for (size_t i = 0; i < ARRAY_LEN(bad_secrets); i++) {
        struct encrypted_object o = { .type = bad_secrets[i].type };
        struct buf stored = { 0 };
        bool stale = false;
        unsigned before = b->fake.decrypt_calls;
        assert_ok(buf_set(&unwrap.plain, span_text(bad_secrets[i].plain)));
        assert_ok(buf_append_text(&o.data, "data"));
        assert_ok(buf_append_text(&o.key_id, "key-1"));
        assert_ok(buf_append_text(&o.source, "s"));
        assert_ok(encrypted_object_encode(&o, &stored));
        for (int twice = 0; twice < 2; twice++) {
            assert_int_equal(open_stored(b, &stored, &stale), STATUS_INVALID);
            assert_words(b, bad_secrets[i].words);
        }
        assert_int_equal(b->fake.decrypt_calls - before, 2);
        encrypted_object_reset(&o);
        buf_reset(&stored);
    }
    buf_reset(&unwrap.wrapped);
    buf_reset(&unwrap.plain);
}

int
main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        WITH(nothing_works_before_the_first_good_status),
        WITH(one_seed_serves_all_writes_and_its_own_reads),
        WITH(a_restarted_apiserver_asks_once_for_an_old_seed),
        WITH(a_failed_unwrapping_is_not_remembered),
        WITH(the_same_key_id_moves_the_expiry_on_without_a_call),
        WITH(an_expired_seed_is_revived_by_its_key_id),
        WITH(another_key_id_makes_another_seed_also_after_expiry),
        WITH(a_seed_that_cannot_be_wrapped_leaves_the_old_one_its_time),
        WITH(a_seed_of_another_key_id_than_status_says_is_not_taken),
        WITH(an_answer_against_the_rules_makes_no_seed),
        WITH(all_that_is_wrong_with_a_status_is_said_together),
        WITH(the_version_may_be_either_but_not_change),
        WITH(results_are_used_again_for_twenty_and_for_three_seconds),
        WITH(the_time_to_write_counts_from_before_the_wrapping),
        cmocka_unit_test(outages_have_the_effects_that_kube_apiserver_shows),
        WITH(a_seed_of_a_day_ago_goes_at_the_next_write),
        WITH(damage_shows_where_it_is_bound),
        WITH(a_value_moved_to_another_object_is_refused),
        WITH(a_secret_of_the_wrong_size_is_refused_and_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
