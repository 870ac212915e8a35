/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the first, second, third ... allocation of a piece of work fail, until
 * it gets through without. Each failure must come back as a status, leave
 * outputs alone, leak nothing (the asan build tells) and leave the store
 * usable.
 */
#include "failing_memory.h"
#include "keys/blob.h"
#include "keys/context.h"
#include "keys/root_key.h"
#include "keys/seal.h"
#include "keys/vault.h"
#include "support_store.h"

#include <stdlib.h>
#include <unistd.h>

static const uint8_t key[MATERIAL_KEY_LEN] = { 1 };
static const struct key_name name = {
    { (const uint8_t *)"111122223333", 12 },
    { (const uint8_t *)"eu-west-1", 9 },
    { (const uint8_t *)"1234abcd-12ab-34cd-56ef-1234567890ab", 36 },
};

static enum status
make_material(void *context)
{
    struct material *material = NULL;
    enum status st = material_new(&name, span_of(key, sizeof(key)), &material);
    (void)context;
    assert_true((st == STATUS_OK) == (material != NULL));
    material_unref(material);
    return st;
}

static enum status
encrypt_and_decrypt(void *material)
{
    struct random random = random_system();
    struct buf bytes = { 0 }, text = { 0 };
    struct blob blob;
    enum status st = blob_encrypt(
        material, &random, SPAN_LITERAL("text"), SPAN_LITERAL("c"), &bytes);
    if (st == STATUS_OK)
        st = blob_parse(buf_span(&bytes), &blob);
    if (st == STATUS_OK)
        st = blob_decrypt(material, &blob, SPAN_LITERAL("c"), &text);
    assert_true((st == STATUS_OK) == (text.len == 4));
    buf_reset(&bytes);
    buf_reset(&text);
    return st;
}

static enum status
seal_and_open(void *context)
{
    struct random random = random_system();
    struct span names[] = { SPAN_LITERAL("a"), SPAN_LITERAL("b") };
    struct seal *seal = NULL;
    struct buf record = { 0 }, text = { 0 };
    (void)context;
    enum status st = seal_new(span_of(key, sizeof(key)), &seal);
    if (st == STATUS_OK)
        st = seal_close(seal, &random, names, 2, SPAN_LITERAL("text"), &record);
    if (st == STATUS_OK)
        st = seal_open(seal, names, 2, buf_span(&record), &text);
    assert_true((st == STATUS_OK) == (text.len == 4));
    buf_reset(&record);
    buf_reset(&text);
    seal_free(seal);
    return st;
}

static enum status
canonical_context(void *context)
{
    struct context_pair pairs[] = {
        { SPAN_LITERAL("a long key, so that the buffer has to grow once"),
            SPAN_LITERAL("and a long value, for the same good reason") },
        { SPAN_LITERAL("b"), SPAN_LITERAL("2") },
    };
    struct buf out = { 0 };
    (void)context;
    enum status st = context_canonical(pairs, ARRAY_LEN(pairs), &out);
    assert_true((st == STATUS_OK) == (out.len > 0));
    buf_reset(&out);
    return st;
}

static void
keys_survive_each_failure(void **state)
{
    struct material *material = NULL;
    (void)state;
    failing_memory_walk(make_material, NULL, true);
    failing_memory_walk(seal_and_open, NULL, true);
    failing_memory_walk(canonical_context, NULL, true);
    assert_ok(material_new(&name, span_of(key, sizeof(key)), &material));
    failing_memory_walk(encrypt_and_decrypt, material, true);
    material_unref(material);
}

static bool
count_visit(void *context, struct span id, uint64_t version, struct span value)
{
    (void)id;
    (void)version;
    (void)value;
    ++*(size_t *)context;
    return true;
}

/* Both records or none, whatever came of it. */
static void
assert_both_or_none(
    struct store *store, const struct store_change *changes, enum status st)
{
    struct store_record records[2] = { { 0 } };
    for (size_t i = 0; i < 2; i++)
        assert_ok(store_get(store, &changes[i].key, &records[i]));
    assert_int_equal(records[0].version, records[1].version);
    assert_true(st != STATUS_OK || records[0].version > 0);
    for (size_t i = 0; i < 2; i++)
        store_record_reset(&records[i]);
}

static enum status
commit_and_read(void *store)
{
    struct store_change changes[] = {
        support_put(support_key("1", "r", "k", "a"), 0, "a"),
        support_put(support_key("1", "r", "k", "b"), 0, "b"),
    };
    size_t seen = 0;
    enum status st = store_commit_wait(store, changes, 2);
    int held = failing_memory_hold();
    assert_both_or_none(store, changes, st);
    failing_memory_go_on(held);
    if (st == STATUS_OK)
        st = store_range(
            store, &changes[0].key, SPAN_LITERAL(""), 9, count_visit, &seen);
    assert_true(st != STATUS_OK || seen == 2);
    enum status cleared = store_clear(store, SPAN_LITERAL("1"));
    if (cleared != STATUS_OK) { /* the failure hit the clearing: again */
        assert_int_equal(cleared, STATUS_NO_MEMORY);
        assert_ok(store_clear(store, SPAN_LITERAL("1")));
    }
    return st == STATUS_OK ? cleared : st;
}

static void
memory_store_survives_each_failure(void **state)
{
    struct store *store = NULL;
    (void)state;
    assert_ok(store_memory_new(&store));
    failing_memory_walk(commit_and_read, store, true);
    store_free(store);
}

static enum status
open_and_close(void *folder)
{
    struct store *store = NULL;
    enum status st = store_sqlite_new(folder, &store);
    assert_true((st == STATUS_OK) == (store != NULL));
    store_free(store);
    return st;
}

static void
sqlite_store_survives_each_failure(void **state)
{
    struct store *store = NULL;
    char *folder = support_make_folder();
    (void)state;
    failing_memory_walk(open_and_close, folder, true);
    assert_ok(store_sqlite_new(folder, &store));
    failing_memory_walk(commit_and_read, store, true);
    store_free(store);
    support_remove_folder(folder);
}

static enum status
vault_round(void *store)
{
    struct vault *vault = NULL;
    struct vault_entry entry = { 0 };
    struct material *material = NULL;
    enum status st = vault_new(
        store, span_of(key, sizeof(key)), random_system(), 16, &vault);
    if (st == STATUS_OK)
        st = vault_generate(vault, &name, &entry);
    if (st == STATUS_OK) {
        struct store_change change = vault_entry_change(&entry, &name);
        st = store_commit_wait(store, &change, 1);
    }
    if (st == STATUS_OK)
        st = vault_get(vault, &name, span_text(entry.material_id), &material);
    assert_true((st == STATUS_OK) == (material != NULL));
    material_unref(material);
    vault_entry_reset(&entry);
    vault_free(vault);
    return st;
}

static void
vault_survives_each_failure(void **state)
{
    struct store *store = NULL;
    (void)state;
    assert_ok(store_memory_new(&store));
    failing_memory_walk(vault_round, store, true);
    store_free(store);
}

static enum status
load_root_key(void *path)
{
    struct random random = random_system();
    struct buf root = { 0 }, problem = { 0 };
    enum status st = root_key_load(path, true, &random, &root, &problem);
    assert_true((st == STATUS_OK) == (root.len == ROOT_KEY_LEN));
    buf_reset(&root);
    buf_reset(&problem);
    (void)unlink(path);
    return st;
}

static void
root_key_survives_each_failure(void **state)
{
    char *folder = support_make_folder();
    struct buf path = { 0 };
    (void)state;
    assert_ok(buf_printf(&path, "%s/root.key", folder));
    failing_memory_walk(load_root_key, path.ptr, true);
    buf_reset(&path);
    support_remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_survive_each_failure),
        cmocka_unit_test(memory_store_survives_each_failure),
        cmocka_unit_test(sqlite_store_survives_each_failure),
        cmocka_unit_test(vault_survives_each_failure),
        cmocka_unit_test(root_key_survives_each_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
