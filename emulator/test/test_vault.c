/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/blob.h"
#include "keys/root_key.h"
#include "keys/seal.h"
#include "keys/vault.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t root_one[ROOT_KEY_LEN] = { 7 };
static const uint8_t root_two[ROOT_KEY_LEN] = { 8 };

static const struct key_name name = {
    { (const uint8_t *)"111122223333", 12 },
    { (const uint8_t *)"eu-west-1", 9 },
    { (const uint8_t *)"1234abcd-12ab-34cd-56ef-1234567890ab", 36 },
};

static struct vault *
vault_over(struct store *store, const uint8_t *root)
{
    struct vault *vault = NULL;
    assert_ok(vault_new(
        store, span_of(root, ROOT_KEY_LEN), random_system(), 64, &vault));
    return vault;
}

static void
commit(struct store *store, const struct vault_entry *entry)
{
    struct store_change change = vault_entry_change(entry, &name);
    assert_ok(store_commit_wait(store, &change, 1));
}

static void
material_comes_back_from_the_store(void **state)
{
    (void)state;
    struct store *store = NULL;
    assert_ok(store_memory_new(&store));
    struct vault *vault = vault_over(store, root_one);
    struct vault_entry entry = { 0 };
    struct material *material = NULL, *again = NULL;
    assert_ok(vault_generate(vault, &name, &entry));
    struct span id = span_text(entry.material_id);
    assert_int_equal(vault_get(vault, &name, id, &material), STATUS_NOT_FOUND);
    assert_null(material);
    commit(store, &entry);
    assert_ok(vault_get(vault, &name, id, &material));
    assert_string_equal(material_id(material), entry.material_id);
    assert_ok(vault_get(vault, &name, id, &again));
    assert_ptr_equal(material, again);
    material_unref(material);
    material_unref(again);
    vault_entry_reset(&entry);
    vault_free(vault);
    store_free(store);
}

static void
imported_material_is_found_by_another_vault_of_the_same_root(void **state)
{
    (void)state;
    static const uint8_t key[MATERIAL_KEY_LEN] =
        "a key that the importer chose..";
    struct store *store = NULL;
    assert_ok(store_memory_new(&store));
    struct vault *first = vault_over(store, root_one);
    struct vault_entry entry = { 0 };
    struct random random = random_system();
    struct material *material = NULL;
    struct buf bytes = { 0 }, text = { 0 };
    struct blob blob;
    assert_ok(vault_import(first, &name, span_of(key, sizeof(key)), &entry));
    assert_false(
        span_search(buf_span(&entry.sealed), span_of(key, 8), &(size_t){ 0 }));
    commit(store, &entry);
    vault_free(first);

    assert_ok(material_new(&name, span_of(key, sizeof(key)), &material));
    assert_ok(blob_encrypt(
        material, &random, SPAN_LITERAL("text"), SPAN_LITERAL(""), &bytes));
    material_unref(material);
    struct vault *second = vault_over(store, root_one);
    assert_ok(blob_parse(buf_span(&bytes), &blob));
    assert_ok(
        vault_get(second, &blob.name, span_text(blob.material_id), &material));
    assert_ok(blob_decrypt(material, &blob, SPAN_LITERAL(""), &text));
    assert_string_equal(buf_text(&text), "text");
    material_unref(material);
    buf_reset(&bytes);
    buf_reset(&text);
    vault_entry_reset(&entry);
    vault_free(second);
    store_free(store);
}

static void
another_root_key_is_refused(void **state)
{
    (void)state;
    struct store *store = NULL;
    struct vault *vault = NULL;
    bool used = true;
    assert_ok(store_memory_new(&store));
    assert_ok(vault_initialised(store, &used));
    assert_false(used);
    vault_free(vault_over(store, root_one));
    assert_ok(vault_initialised(store, &used));
    assert_true(used);
    assert_int_equal(vault_new(store, span_of(root_two, ROOT_KEY_LEN),
                         random_system(), 64, &vault),
        STATUS_AUTHENTIC);
    assert_null(vault);
    vault_free(vault_over(store, root_one));
    store_free(store);
}

static void
conflicts_at_the_start_are_overcome(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct store *inner = NULL, *store = NULL;
        bool used = false;
        assert_ok(store_memory_new(&inner));
        assert_ok(store_chaos_new(inner, seed, &store));
        vault_free(vault_over(store, root_one));
        assert_ok(vault_initialised(store, &used));
        assert_true(used);
        store_free(store);
    }
}

static void
record_under_another_name_is_damage(void **state)
{
    (void)state;
    static const struct key_name other = {
        { (const uint8_t *)"111122223333", 12 },
        { (const uint8_t *)"eu-west-2", 9 },
        { (const uint8_t *)"1234abcd-12ab-34cd-56ef-1234567890ab", 36 },
    };
    struct store *store = NULL;
    assert_ok(store_memory_new(&store));
    struct vault *vault = vault_over(store, root_one);
    struct vault_entry entry = { 0 };
    struct material *material = NULL;
    assert_ok(vault_generate(vault, &name, &entry));
    struct store_change moved = vault_entry_change(&entry, &other);
    assert_ok(store_commit_wait(store, &moved, 1));
    assert_int_equal(
        vault_get(vault, &other, span_text(entry.material_id), &material),
        STATUS_CORRUPT);
    assert_null(material);
    vault_entry_reset(&entry);
    vault_free(vault);
    store_free(store);
}

/* Sealed under the right names, yet not the material of that id. */
static void
record_of_other_material_is_damage(void **state)
{
    (void)state;
    struct store *store = NULL;
    struct seal *seal = NULL;
    struct random random = random_system();
    struct material *material = NULL;
    struct vault_entry entry = { 0 };
    static const uint8_t other[MATERIAL_KEY_LEN] = { 9 };
    assert_ok(store_memory_new(&store));
    struct vault *vault = vault_over(store, root_one);
    assert_ok(vault_generate(vault, &name, &entry));
    const struct span names[] = { SPAN_LITERAL("key material"), name.account,
        name.region, name.key_id, span_text(entry.material_id) };
    assert_ok(seal_new(span_of(root_one, ROOT_KEY_LEN), &seal));
    buf_clear(&entry.sealed);
    assert_ok(seal_close(seal, &random, names, ARRAY_LEN(names),
        span_of(other, sizeof(other)), &entry.sealed));
    struct store_change put = vault_entry_change(&entry, &name);
    assert_ok(store_commit_wait(store, &put, 1));
    assert_int_equal(
        vault_get(vault, &name, span_text(entry.material_id), &material),
        STATUS_CORRUPT);
    assert_null(material);
    seal_free(seal);
    vault_entry_reset(&entry);
    vault_free(vault);
    store_free(store);
}

static void
names_out_of_form_reach_no_material(void **state)
{
    (void)state;
    static const uint8_t key[MATERIAL_KEY_LEN] = { 1 };
    struct key_name bad = name;
    struct store *store = NULL;
    struct vault_entry entry = { 0 };
    struct material *material = NULL;
    bad.key_id.len--;
    assert_ok(store_memory_new(&store));
    struct vault *vault = vault_over(store, root_one);
    assert_int_equal(
        vault_import(vault, &bad, span_of(key, sizeof(key)), &entry),
        STATUS_INVALID);
    assert_int_equal(
        vault_import(vault, &name, span_of(key, sizeof(key) - 1), &entry),
        STATUS_INVALID);
    assert_int_equal(entry.sealed.len, 0);
    assert_ok(vault_import(vault, &name, span_of(key, sizeof(key)), &entry));
    commit(store, &entry);
    struct span id = span_text(entry.material_id);
    assert_int_equal(vault_get(vault, &bad, id, &material), STATUS_NOT_FOUND);
    assert_int_equal(vault_get(vault, &name, span_first(id, 63), &material),
        STATUS_NOT_FOUND);
    assert_null(material);
    vault_entry_reset(&entry);
    vault_free(vault);
    store_free(store);
}

static void
pass_on(void *vault, const struct store_key *key, uint64_t version)
{
    (void)version;
    vault_forget(vault, key);
}

static void
deleted_and_cleared_material_is_forgotten(void **state)
{
    (void)state;
    struct store *store = NULL;
    assert_ok(store_memory_new(&store));
    struct vault *vault = vault_over(store, root_one);
    struct vault_entry entry = { 0 };
    struct material *material = NULL;
    struct store_record record = { 0 };
    assert_ok(vault_generate(vault, &name, &entry));
    struct span id = span_text(entry.material_id);
    store_watch(store, pass_on, vault);
    commit(store, &entry);
    assert_ok(vault_get(vault, &name, id, &material));
    material_unref(material);
    struct store_change gone = vault_entry_change(&entry, &name);
    assert_ok(store_get(store, &gone.key, &record));
    gone.action = STORE_DELETE;
    gone.expected_version = record.version;
    assert_ok(store_commit_wait(store, &gone, 1));
    assert_int_equal(vault_get(vault, &name, id, &material), STATUS_NOT_FOUND);

    commit(store, &entry);
    assert_ok(vault_get(vault, &name, id, &material));
    material_unref(material);
    assert_ok(store_clear(store, name.account));
    assert_int_equal(vault_get(vault, &name, id, &material), STATUS_NOT_FOUND);
    store_record_reset(&record);
    vault_entry_reset(&entry);
    vault_free(vault);
    store_free(store);
}

static void
sealed_records_open_under_their_names_only(void **state)
{
    (void)state;
    struct seal *seal = NULL, *other = NULL;
    struct random random = random_system();
    struct span names[] = { SPAN_LITERAL("what"), SPAN_LITERAL("ab"),
        SPAN_LITERAL("c") };
    struct span shifted[] = { SPAN_LITERAL("what"), SPAN_LITERAL("a"),
        SPAN_LITERAL("bc") };
    struct buf record = { 0 }, out = { 0 };
    assert_ok(seal_new(span_of(root_one, ROOT_KEY_LEN), &seal));
    assert_ok(seal_new(span_of(root_two, ROOT_KEY_LEN), &other));
    assert_ok(
        seal_close(seal, &random, names, 3, SPAN_LITERAL("text"), &record));
    assert_int_equal(record.len, 4 + SEAL_OVERHEAD);
    assert_int_equal(
        seal_open(seal, shifted, 3, buf_span(&record), &out), STATUS_AUTHENTIC);
    assert_int_equal(
        seal_open(seal, names, 2, buf_span(&record), &out), STATUS_AUTHENTIC);
    assert_int_equal(
        seal_open(other, names, 3, buf_span(&record), &out), STATUS_AUTHENTIC);
    assert_int_equal(out.len, 0);
    assert_ok(seal_open(seal, names, 3, buf_span(&record), &out));
    assert_string_equal(buf_text(&out), "text");
    buf_reset(&record);
    buf_reset(&out);
    seal_free(seal);
    seal_free(other);
}

static void
damaged_sealed_records_are_refused(void **state)
{
    (void)state;
    struct seal *seal = NULL;
    struct random random = random_system();
    struct span names[] = { SPAN_LITERAL("what") };
    struct buf record = { 0 }, out = { 0 };
    assert_ok(seal_new(span_of(root_one, ROOT_KEY_LEN), &seal));
    assert_ok(
        seal_close(seal, &random, names, 1, SPAN_LITERAL("text"), &record));
    for (size_t len = 0; len < record.len; len++)
        assert_int_equal(
            seal_open(seal, names, 1, span_first(buf_span(&record), len), &out),
            len < SEAL_OVERHEAD ? STATUS_CORRUPT : STATUS_AUTHENTIC);
    for (size_t i = 1; i < record.len; i++) {
        record.ptr[i] ^= 0x80;
        assert_int_equal(seal_open(seal, names, 1, buf_span(&record), &out),
            STATUS_AUTHENTIC);
        record.ptr[i] ^= 0x80;
    }
    record.ptr[0] = 0;
    assert_int_equal(
        seal_open(seal, names, 1, buf_span(&record), &out), STATUS_CORRUPT);
    record.ptr[0] = 2;
    assert_int_equal(
        seal_open(seal, names, 1, buf_span(&record), &out), STATUS_VERSION);
    assert_int_equal(out.len, 0);
    buf_reset(&record);
    buf_reset(&out);
    seal_free(seal);
}

/* A folder for the root key file of a test. */
struct place {
    char folder[64];
    char path[80];
};

static int
make_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    if (place == NULL)
        return -1;
    memcpy(place->folder, "/tmp/kmslab-root-key.XXXXXX", 28);
    if (mkdtemp(place->folder) == NULL)
        return -1;
    (void)snprintf(
        place->path, sizeof(place->path), "%s/root.key", place->folder);
    *state = place;
    return 0;
}

static int
remove_place(void **state)
{
    struct place *place = *state;
    (void)unlink(place->path);
    (void)rmdir(place->path);
    int failed = rmdir(place->folder);
    free(place);
    return failed;
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void
assert_load_fails(
    const char *path, bool create, enum status expected, const char *words)
{
    struct random random = random_system();
    struct buf key = { 0 }, problem = { 0 };
    size_t at;
    assert_int_equal(
        root_key_load(path, create, &random, &key, &problem), expected);
    assert_int_equal(key.len, 0);
    assert_true(span_search(buf_span(&problem), span_text(path), &at));
    assert_true(span_search(buf_span(&problem), span_text(words), &at));
    buf_reset(&key);
    buf_reset(&problem);
}

static void
root_key_is_made_once_and_private(void **state)
{
    const struct place *place = *state;
    struct random random = random_system();
    struct buf first = { 0 }, second = { 0 }, problem = { 0 };
    struct stat info;
    assert_ok(root_key_load(place->path, true, &random, &first, &problem));
    assert_int_equal(first.len, ROOT_KEY_LEN);
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(info.st_size, 65);
    assert_ok(root_key_load(place->path, true, &random, &second, &problem));
    assert_true(span_equal(buf_span(&first), buf_span(&second)));
    buf_reset(&first);
    buf_reset(&second);
    buf_reset(&problem);
}

static void
missing_root_key_of_a_used_store_is_not_made_anew(void **state)
{
    const struct place *place = *state;
    assert_load_fails(place->path, false, STATUS_NOT_FOUND, "missing");
    assert_int_equal(access(place->path, F_OK), -1);
}

static void
root_key_that_others_may_read_is_refused(void **state)
{
    const struct place *place = *state;
    static const mode_t modes[] = { 0644, 0640, 0604, 0620, 0601 };
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        write_file(place->path,
            "000102030405060708090a0b0c0d0e0f"
            "101112131415161718191a1b1c1d1e1f\n",
            modes[i]);
        assert_load_fails(place->path, true, STATUS_DENIED, "0600");
    }
}

static void
root_key_of_another_form_is_refused(void **state)
{
    const struct place *place = *state;
    static const char *const bad[] = { "", "\n", "00",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g",
        "000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        write_file(place->path, bad[i], 0600);
        assert_load_fails(
            place->path, true, STATUS_INVALID, "64 hexadecimal digits");
    }
}

static void
folder_in_place_of_the_root_key_is_refused(void **state)
{
    const struct place *place = *state;
    assert_int_equal(mkdir(place->path, 0700), 0);
    assert_load_fails(place->path, true, STATUS_INVALID, "regular file");
}

static void
root_key_in_a_missing_folder_is_a_clear_error(void **state)
{
    (void)state;
    assert_load_fails("/tmp/kmslab-no-such-folder/root.key", true,
        STATUS_NOT_FOUND, "not found");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(material_comes_back_from_the_store),
        cmocka_unit_test(
            imported_material_is_found_by_another_vault_of_the_same_root),
        cmocka_unit_test(another_root_key_is_refused),
        cmocka_unit_test(conflicts_at_the_start_are_overcome),
        cmocka_unit_test(record_under_another_name_is_damage),
        cmocka_unit_test(record_of_other_material_is_damage),
        cmocka_unit_test(names_out_of_form_reach_no_material),
        cmocka_unit_test(deleted_and_cleared_material_is_forgotten),
        cmocka_unit_test(sealed_records_open_under_their_names_only),
        cmocka_unit_test(damaged_sealed_records_are_refused),
        cmocka_unit_test_setup_teardown(
            root_key_is_made_once_and_private, make_place, remove_place),
        cmocka_unit_test_setup_teardown(
            missing_root_key_of_a_used_store_is_not_made_anew, make_place,
            remove_place),
        cmocka_unit_test_setup_teardown(
            root_key_that_others_may_read_is_refused, make_place, remove_place),
        cmocka_unit_test_setup_teardown(
            root_key_of_another_form_is_refused, make_place, remove_place),
        cmocka_unit_test_setup_teardown(
            folder_in_place_of_the_root_key_is_refused, make_place,
            remove_place),
        cmocka_unit_test(root_key_in_a_missing_folder_is_a_clear_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
