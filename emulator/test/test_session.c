/* SPDX-License-Identifier: Apache-2.0 */
/* Session tokens and web identity tokens as bytes. */
#include "access/jwt.h"
#include "access/session.h"
#include "base/encode.h"
#include "test/check.h"

#define ROLE "arn:aws:iam::111122223333:role/some/path/Admin"
#define EXPIRES_MS INT64_C(1795000000000)

static struct session_sealer *
make_sealer(uint8_t first)
{
    uint8_t root_key[32] = { first };
    struct session_sealer *sealer = NULL;
    assert_ok(session_sealer_new(
        span_of(root_key, sizeof(root_key)), random_system(), &sealer));
    return sealer;
}

static struct session_role
a_role(void)
{
    struct session_role role = { { 0 }, { 0 }, { 0 }, { 0 } };
    assert_ok(session_role_of(span_text(ROLE), SPAN_LITERAL("me@x"), &role));
    return role;
}

static void
a_token_tells_all_of_its_session(void **state)
{
    struct session_sealer *sealer = make_sealer(1), *again = make_sealer(1);
    struct session_role role = a_role();
    struct session made = { .expires_ms = 0 }, read = { .expires_ms = 0 };
    struct buf token = { 0 };
    (void)state;
    assert_ok(session_make(sealer, &role, EXPIRES_MS, &made, &token));
    assert_true(token.len <= SESSION_TOKEN_MAX);
    assert_ok(session_open(again, buf_span(&token), &read));
    assert_memory_equal(&read, &made, sizeof(read));
    assert_int_equal(read.expires_ms, EXPIRES_MS);
    assert_string_equal(read.role.role, "Admin");
    assert_true(session_is_key_id(span_text(read.access_key_id)));
    assert_int_equal(strlen(read.secret), SESSION_SECRET_LEN);
    buf_reset(&token);
    session_sealer_free(sealer);
    session_sealer_free(again);
}

static void
the_longest_role_fits_a_token(void **state)
{
    struct session_sealer *sealer = make_sealer(1);
    struct session_role role = { .account = "111122223333" };
    struct session made = { .expires_ms = 0 };
    struct buf token = { 0 };
    (void)state;
    memset(role.partition, 'p', SESSION_PARTITION_MAX);
    memset(role.role, 'r', SESSION_NAME_MAX);
    memset(role.name, 'n', SESSION_NAME_MAX);
    assert_ok(session_make(sealer, &role, INT64_MAX, &made, &token));
    assert_ok(session_open(sealer, buf_span(&token), &made));
    assert_memory_equal(&made.role, &role, sizeof(role));
    buf_reset(&token);
    session_sealer_free(sealer);
}

static void
a_token_changed_in_any_place_is_refused(void **state)
{
    struct session_sealer *sealer = make_sealer(1);
    struct session_role role = a_role();
    struct session made = { .expires_ms = 0 }, read = { .expires_ms = 7 };
    struct buf token = { 0 };
    (void)state;
    assert_ok(session_make(sealer, &role, EXPIRES_MS, &made, &token));
    for (size_t i = 0; i < token.len; i++) {
        uint8_t was = token.ptr[i];
        token.ptr[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(
            session_open(sealer, buf_span(&token), &read), STATUS_AUTHENTIC);
        assert_int_equal(
            session_open(sealer, span_first(buf_span(&token), i), &read),
            STATUS_AUTHENTIC);
        token.ptr[i] = was;
    }
    assert_int_equal(read.expires_ms, 7);
    buf_reset(&token);
    session_sealer_free(sealer);
}

static void
a_token_of_another_root_key_is_refused(void **state)
{
    struct session_sealer *sealer = make_sealer(1), *other = make_sealer(2);
    struct session_role role = a_role();
    struct session made = { .expires_ms = 0 }, read = { .expires_ms = 7 };
    struct buf token = { 0 };
    (void)state;
    assert_ok(session_make(sealer, &role, EXPIRES_MS, &made, &token));
    assert_int_equal(
        session_open(other, buf_span(&token), &read), STATUS_AUTHENTIC);
    assert_int_equal(read.expires_ms, 7);
    buf_reset(&token);
    session_sealer_free(sealer);
    session_sealer_free(other);
}

static void
what_is_too_long_for_a_token_is_refused(void **state)
{
    struct session_sealer *sealer = make_sealer(1);
    struct session read = { .expires_ms = 7 };
    char text[SESSION_TOKEN_MAX + 5];
    (void)state;
    memset(text, 'A', sizeof(text));
    assert_int_equal(session_open(sealer, span_of(text, sizeof(text)), &read),
        STATUS_AUTHENTIC);
    assert_int_equal(read.expires_ms, 7);
    session_sealer_free(sealer);
}

static void
a_role_is_known_by_its_name_without_the_path(void **state)
{
    struct session_role role = a_role(), other = a_role();
    struct buf arn = { 0 }, id = { 0 }, other_id = { 0 };
    (void)state;
    assert_ok(session_role_arn(&role, &arn));
    assert_string_equal(
        buf_text(&arn), "arn:aws:sts::111122223333:assumed-role/Admin/me@x");
    strcpy(other.name, "you");
    assert_ok(session_role_id(&role, &id));
    assert_ok(session_role_id(&other, &other_id));
    assert_int_equal(id.len, 21 + strlen(":me@x"));
    assert_memory_equal(id.ptr, "AROA", 4);
    assert_memory_equal(id.ptr, other_id.ptr, 21);
    buf_reset(&arn);
    buf_reset(&id);
    buf_reset(&other_id);
}

static void
what_is_no_role_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "arn:aws:iam::111122223333:user/me",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam::111122223333:role/a b",
        "arn:aws:iam::111122223333:role/a\nb",
        "arn:aws:iam::11112222333:role/a",
        "arn:aws:iam:::role/a",
        "arn:aws:iam:eu-west-1:111122223333:role/a",
        "arn:aws:sts::111122223333:role/a",
        "arn:AWS:iam::111122223333:role/a",
        "arn:aws-of-a-very-long-name:iam::111122223333:role/a",
    };
    struct session_role role = a_role();
    struct span name = SPAN_LITERAL("me");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_int_equal(
            session_role_of(span_text(wrong[i]), name, &role), STATUS_INVALID);
    assert_int_equal(
        session_role_of(span_text(ROLE), SPAN_LITERAL("a/b"), &role),
        STATUS_INVALID);
    assert_int_equal(
        session_role_of(span_text(ROLE), SPAN_LITERAL("a\0b"), &role),
        STATUS_INVALID);
    assert_string_equal(role.role, "Admin");
    assert_string_equal(role.name, "me@x");
}

/* ---- web identity ------------------------------------------------------ */

/* HEADER.CLAIMS.c2ln, the first two given as JSON. */
static void
make_jwt(const char *header, const char *claims, struct buf *out)
{
    const char *const parts[] = { header, claims };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        assert_ok(base64_encode(span_text(parts[i]), out));
        while (out->ptr[out->len - 1] == '=')
            buf_truncate(out, out->len - 1);
        assert_ok(buf_append_byte(out, '.'));
    }
    assert_ok(buf_append_text(out, "c2ln"));
    for (size_t i = 0; i < out->len; i++)
        out->ptr[i] =
            out->ptr[i] == '+' ? '-' : (out->ptr[i] == '/' ? '_' : out->ptr[i]);
}

#define HEADER "{\"alg\":\"RS256\"}"
#define CLAIMS                                                                 \
    "{\"iss\":\"https://i?~~\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":1795000000}"

static void
a_web_identity_tells_its_claims(void **state)
{
    static const char *const claims[] = { CLAIMS,
        "{\"iss\":\"https://i?~~\",\"sub\":\"s\",\"aud\":[\"a\",\"b\"],"
        "\"exp\":1795000000.5}" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
        struct buf token = { 0 }, problem = { 0 };
        struct jwt jwt = { .expires_s = 0 };
        make_jwt(HEADER, claims[i], &token);
        assert_ok(jwt_read(buf_span(&token), &jwt, &problem));
        assert_string_equal(buf_text(&jwt.issuer), "https://i?~~");
        assert_string_equal(buf_text(&jwt.subject), "s");
        assert_string_equal(buf_text(&jwt.audience), "a");
        assert_int_equal(jwt.expires_s, 1795000000);
        assert_int_equal(problem.len, 0);
        jwt_reset(&jwt);
        buf_reset(&token);
    }
}

static void
assert_no_jwt(struct span token, const char *words)
{
    struct buf problem = { 0 };
    struct jwt jwt = { .expires_s = 7 };
    assert_int_equal(jwt_read(token, &jwt, &problem), STATUS_INVALID);
    assert_non_null(strstr(buf_text(&problem), words));
    assert_int_equal(jwt.expires_s, 7);
    assert_null(jwt.issuer.ptr);
    buf_reset(&problem);
}

static void
what_is_no_web_identity_is_refused(void **state)
{
    static const struct {
        const char *header, *claims, *words;
    } rows[] = {
        { "{\"alg\":\"none\"}", CLAIMS, "not a valid JWT" },
        { "{}", CLAIMS, "not a valid JWT" },
        { "[]", CLAIMS, "not a valid JWT" },
        { HEADER, "{", "not a valid JWT" },
        { HEADER, "[1]", "not a valid JWT" },
        { HEADER, "{\"exp\":1,\"exp\":2}", "not a valid JWT" },
        { HEADER, "{}", "claim: iss" },
        { HEADER, "{\"iss\":\"i\"}", "claim: sub" },
        { HEADER, "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[]}", "claim: aud" },
        { HEADER, "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\"}", "claim: exp" },
        { HEADER, "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":\"1\"}",
            "claim: exp" },
        { HEADER, "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":1e300}",
            "claim: exp" },
        { HEADER, "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":-1}",
            "claim: exp" },
    };
    static const char *const texts[] = { "", ".", "..", "a", "a.b", "a.b.c",
        "e30.e30.", "e30=.e30.e30" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf token = { 0 };
        make_jwt(rows[i].header, rows[i].claims, &token);
        assert_no_jwt(buf_span(&token), rows[i].words);
        buf_reset(&token);
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_no_jwt(span_text(texts[i]), "not a valid JWT");
}

static void
a_web_identity_without_a_signature_or_too_long_is_refused(void **state)
{
    struct buf token = { 0 };
    (void)state;
    make_jwt(HEADER, CLAIMS, &token);
    assert_no_jwt(
        span_first(buf_span(&token), token.len - 4), "not a valid JWT");
    while (token.len <= JWT_MAX)
        assert_ok(buf_append_text(&token, "AAAA"));
    assert_no_jwt(buf_span(&token), "not a valid JWT");
    buf_reset(&token);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_tells_all_of_its_session),
        cmocka_unit_test(the_longest_role_fits_a_token),
        cmocka_unit_test(a_token_changed_in_any_place_is_refused),
        cmocka_unit_test(a_token_of_another_root_key_is_refused),
        cmocka_unit_test(what_is_too_long_for_a_token_is_refused),
        cmocka_unit_test(a_role_is_known_by_its_name_without_the_path),
        cmocka_unit_test(what_is_no_role_is_refused),
        cmocka_unit_test(a_web_identity_tells_its_claims),
        cmocka_unit_test(what_is_no_web_identity_is_refused),
        cmocka_unit_test(
            a_web_identity_without_a_signature_or_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
