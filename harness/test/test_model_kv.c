/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "model/kv.h"
#include "test/check.h"

#include <stdlib.h>
#include <unistd.h>

struct folder {
    char path[32];
    char file[48];
};

static int
setup(void **state)
{
    struct folder *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    strcpy(f->path, "/tmp/kmslab-kv-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    strcpy(f->file, f->path);
    strcat(f->file, "/etcd.db");
    *state = f;
    return 0;
}

static int
teardown(void **state)
{
    struct folder *f = *state;
    (void)unlink(f->file);
    assert_int_equal(rmdir(f->path), 0);
    free(f);
    return 0;
}

static void
assert_holds(struct kv *kv, const char *text, bool expected)
{
    bool found = !expected;
    assert_ok(kv_contains(kv, span_text(text), &found));
    assert_int_equal(found, expected);
}

static void
a_file_keeps_values_and_revisions(void **state)
{
    struct folder *f = *state;
    struct kv *kv = NULL;
    struct buf value = { 0 };
    int64_t first = 0, revision = 0;
    assert_ok(kv_open(f->file, &kv));
    assert_int_equal(kv_revision(kv), 1);
    assert_ok(kv_put(kv, SPAN_LITERAL("/a"), SPAN_LITERAL("one"), 0, &first));
    assert_int_equal(first, 2);
    kv_free(kv);

    assert_ok(kv_open(f->file, &kv));
    assert_ok(kv_get(kv, SPAN_LITERAL("/a"), &value, &revision));
    assert_span_text(buf_span(&value), "one");
    assert_int_equal(revision, first);
    assert_int_equal(kv_revision(kv), first);
    assert_holds(kv, "one", true);
    assert_holds(kv, "/a", true);
    assert_holds(kv, "two", false);
    kv_free(kv);
    buf_reset(&value);
}

static void
a_change_needs_the_present_revision(void **state)
{
    (void)state;
    struct kv *kv = NULL;
    struct buf value = { 0 };
    int64_t revision = 0;
    const struct span key = SPAN_LITERAL("/a");
    assert_ok(kv_open(NULL, &kv));
    assert_int_equal(
        kv_put(kv, key, SPAN_LITERAL("x"), 7, NULL), STATUS_CONFLICT);
    assert_int_equal(kv_delete(kv, key, 7), STATUS_CONFLICT);
    assert_int_equal(kv_delete(kv, key, 0), STATUS_CONFLICT);
    assert_int_equal(kv_get(kv, key, &value, &revision), STATUS_NOT_FOUND);
    assert_int_equal(kv_revision(kv), 1);

    assert_ok(kv_put(kv, key, SPAN_LITERAL("x"), 0, &revision));
    assert_int_equal(
        kv_put(kv, key, SPAN_LITERAL("y"), 0, NULL), STATUS_CONFLICT);
    assert_ok(kv_put(kv, key, SPAN_LITERAL(""), revision, &revision));
    assert_ok(kv_get(kv, key, &value, NULL));
    assert_int_equal(value.len, 0);
    assert_int_equal(kv_delete(kv, key, revision - 1), STATUS_CONFLICT);
    assert_ok(kv_delete(kv, key, revision));
    assert_int_equal(kv_get(kv, key, NULL, NULL), STATUS_NOT_FOUND);
    assert_int_equal(kv_revision(kv), revision + 1);
    kv_free(kv);
    buf_reset(&value);
}

static enum status
append_key(void *context, struct span key, struct span value, int64_t revision)
{
    struct buf *keys = context;
    (void)value;
    (void)revision;
    enum status st = buf_append(keys, key);
    return st == STATUS_OK ? buf_append_byte(keys, ' ') : st;
}

static enum status
give_up(void *context, struct span key, struct span value, int64_t revision)
{
    ++*(int *)context;
    (void)key;
    (void)value;
    (void)revision;
    return STATUS_CANCELLED;
}

static void
a_range_is_what_starts_with_the_prefix_in_order(void **state)
{
    (void)state;
    static const char *const keys[] = { "/b/2", "/a", "/b/1", "/b", "/c",
        "/b/\xff" };
    struct kv *kv = NULL;
    struct buf seen = { 0 };
    int visits = 0;
    assert_ok(kv_open(NULL, &kv));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_ok(kv_put(kv, span_text(keys[i]), SPAN_LITERAL("v"), 0, NULL));
    assert_ok(kv_range(kv, SPAN_LITERAL("/b/"), append_key, &seen));
    assert_string_equal(buf_text(&seen), "/b/1 /b/2 /b/\xff ");
    buf_clear(&seen);
    assert_ok(kv_range(kv, SPAN_LITERAL("/d"), append_key, &seen));
    assert_int_equal(seen.len, 0);
    assert_int_equal(
        kv_range(kv, SPAN_LITERAL("/"), give_up, &visits), STATUS_CANCELLED);
    assert_int_equal(visits, 1);
    kv_free(kv);
    buf_reset(&seen);
}

static void
what_is_no_store_is_refused_and_left_alone(void **state)
{
    struct folder *f = *state;
    struct kv *kv = NULL;
    struct buf bytes = { 0 }, after = { 0 };
    for (size_t i = 0; i < 200; i++)
        assert_ok(buf_append_text(&bytes, "no database "));
    assert_ok(file_replace(f->file, 0600, buf_span(&bytes)));
    assert_int_equal(kv_open(f->file, &kv), STATUS_CORRUPT);
    assert_null(kv);
    assert_ok(file_read(f->file, 65536, &after));
    assert_true(span_equal(buf_span(&bytes), buf_span(&after)));
    assert_int_equal(kv_open("/nonexistent/etcd.db", &kv), STATUS_IO);
    assert_null(kv);
    buf_reset(&bytes);
    buf_reset(&after);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_file_keeps_values_and_revisions, setup, teardown),
        cmocka_unit_test(a_change_needs_the_present_revision),
        cmocka_unit_test(a_range_is_what_starts_with_the_prefix_in_order),
        cmocka_unit_test_setup_teardown(
            what_is_no_store_is_refused_and_left_alone, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
