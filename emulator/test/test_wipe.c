/* SPDX-License-Identifier: Apache-2.0 */
/* No block that the emulator frees holds a key any more. The linker puts our
 * own free in front of the one that its code calls (see the Makefile). */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "access/access.h"
#include "base/encode.h"
#include "base/file.h"
#include "keys/blob.h"
#include "keys/root_key.h"
#include "keys/seal.h"
#include "keys/vault.h"
#include "test/check.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MARK_LEN = 32 };

/* Not const: read-only bytes are never freed, and these are written once. */
static uint8_t mark[MARK_LEN];
static _Atomic unsigned frees, leaks;

void __real_free(void *block);
void __wrap_free(void *block);

void
__wrap_free(void *block)
{
    if (block != NULL && mark[0] != 0) {
        size_t len = malloc_usable_size(block), at;
        frees++;
        if (span_search(span_of(block, len), span_of(mark, MARK_LEN), &at))
            leaks++;
    }
    __real_free(block);
}

static const struct key_name name = {
    { (const uint8_t *)"111122223333", 12 },
    { (const uint8_t *)"eu-west-1", 9 },
    { (const uint8_t *)"1234abcd-12ab-34cd-56ef-1234567890ab", 36 },
};

static int
set_up(void **state)
{
    (void)state;
    memset(mark, 'K', sizeof(mark)); /* a secret access key is text */
    frees = leaks = 0;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    assert_true(frees > 0);
    assert_int_equal(leaks, 0);
    return 0;
}

static void
the_search_finds_what_is_left(void **state)
{
    (void)state;
    uint8_t *block = malloc(MARK_LEN);
    assert_non_null(block);
    /* Else the compiler leaves out what nobody seems to read. */
    for (size_t i = 0; i < MARK_LEN; i++)
        ((volatile uint8_t *)block)[i] = mark[i];
    free(block);
    assert_int_equal(leaks, 1);
    leaks = 0;
}

static void
material_is_wiped_after_use(void **state)
{
    (void)state;
    struct random random = random_system();
    struct material *material = NULL;
    struct buf blob = { 0 }, back = { 0 };
    struct blob parsed;
    assert_ok(material_new(&name, span_of(mark, MARK_LEN), &material));
    assert_ok(blob_encrypt(material, &random, span_of(mark, MARK_LEN),
        (struct span){ NULL, 0 }, &blob));
    assert_ok(blob_parse(buf_span(&blob), &parsed));
    assert_ok(blob_decrypt(material, &parsed, (struct span){ NULL, 0 }, &back));
    assert_true(span_equal(buf_span(&back), span_of(mark, MARK_LEN)));
    material_unref(material);
    buf_reset(&blob);
    buf_reset(&back);
}

static void
a_vault_is_wiped_with_what_it_kept(void **state)
{
    (void)state;
    struct store *store = NULL;
    struct vault *vault = NULL;
    struct vault_entry entry = { 0 };
    struct material *material = NULL;
    assert_ok(store_memory_new(&store));
    assert_ok(
        vault_new(store, span_of(mark, MARK_LEN), random_system(), 10, &vault));
    assert_ok(vault_import(vault, &name, span_of(mark, MARK_LEN), &entry));
    struct store_change put = vault_entry_change(&entry, &name);
    assert_ok(store_commit_wait(store, &put, 1));
    assert_ok(vault_get(vault, &name, span_text(entry.material_id), &material));
    material_unref(material);
    vault_entry_reset(&entry);
    vault_free(vault);
    store_free(store);
}

static void
a_root_key_is_wiped_where_it_was_read(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_wipe.XXXXXX", path[64];
    struct random random = random_system();
    struct buf hex = { 0 }, key = { 0 }, problem = { 0 };
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/root.key", folder);
    assert_ok(hex_encode(span_of(mark, MARK_LEN), &hex));
    assert_ok(file_replace(path, 0600, buf_span(&hex)));
    assert_ok(root_key_load(path, false, &random, &key, &problem));
    assert_true(span_equal(buf_span(&key), span_of(mark, MARK_LEN)));
    buf_reset(&hex);
    buf_reset(&key);
    buf_reset(&problem);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void
registered_secrets_are_wiped(void **state)
{
    (void)state;
    struct access *access = NULL;
    const struct access_options options = {
        .wire_clock = clock_wall(),
        .default_account = SPAN_LITERAL("111122223333"),
        .default_region = SPAN_LITERAL("eu-west-1"),
        .root_key = span_of(mark, MARK_LEN),
        .random = random_system(),
    };
    assert_ok(access_new(&options, &access));
    for (unsigned i = 0; i < 2; i++)
        assert_ok(access_register(access, SPAN_LITERAL("AKID"),
            span_of(mark, MARK_LEN), SPAN_LITERAL("111122223333")));
    access_free(access);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_search_finds_what_is_left),
        TEST(material_is_wiped_after_use),
        TEST(a_vault_is_wiped_with_what_it_kept),
        TEST(a_root_key_is_wiped_where_it_was_read),
        TEST(registered_secrets_are_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
