/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of derived keys gives what derivation gives. */
#include "aws/sigv4.h"
#include "test/check.h"

#include <stdio.h>

/* The key that the cache gives is the one that derivation gives. */
static void
assert_cached(struct sigv4_key_cache *cache, const char *access_key,
    const char *secret, const struct sigv4_scope *scope)
{
    uint8_t got[SIGV4_MAC_LEN], want[SIGV4_MAC_LEN];
    assert_ok(sigv4_signing_key(span_text(secret), scope, want));
    assert_ok(sigv4_key_cache_get(
        cache, span_text(access_key), span_text(secret), scope, got));
    assert_memory_equal(got, want, sizeof(want));
}

static void
cache_never_mixes_keys_up(void **state)
{
    (void)state;
    struct sigv4_key_cache *cache = NULL;
    assert_ok(sigv4_key_cache_new(&cache));
    const struct span days[] = { SPAN_LITERAL("20150830"),
        SPAN_LITERAL("20150831") };
    const struct span regions[] = { SPAN_LITERAL("a"), SPAN_LITERAL("ab") };
    const struct span services[] = { SPAN_LITERAL("bc"), SPAN_LITERAL("c") };
    static const char *const keys[] = { "AKID", "AKID2" };
    static const char *const secrets[] = { "one", "two" };
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 32; i++) {
            const struct sigv4_scope scope = { days[i & 1], regions[i >> 1 & 1],
                services[i >> 2 & 1] };
            assert_cached(cache, keys[i >> 3 & 1], secrets[i >> 4 & 1], &scope);
        }
    }
    sigv4_key_cache_free(cache);
}

static void
cache_goes_on_when_it_is_full(void **state)
{
    (void)state;
    struct sigv4_key_cache *cache = NULL;
    const struct sigv4_scope scope = { SPAN_LITERAL("20150830"),
        SPAN_LITERAL("us-east-1"), SPAN_LITERAL("kms") };
    assert_ok(sigv4_key_cache_new(&cache));
    for (unsigned i = 0; i < 200; i++) {
        char access_key[16];
        (void)snprintf(access_key, sizeof(access_key), "AKID%u", i % 77);
        assert_cached(cache, access_key, "secret", &scope);
        assert_cached(cache, "AKID0", "rotated", &scope);
    }
    sigv4_key_cache_free(cache);
    sigv4_key_cache_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cache_never_mixes_keys_up),
        cmocka_unit_test(cache_goes_on_when_it_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
