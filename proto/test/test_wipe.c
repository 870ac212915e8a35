/* SPDX-License-Identifier: Apache-2.0 */
/* What carries secrets is zero when it is freed. The linker puts our own free
 * in front of the one that base/ calls (see the Makefile). */
#include "base/buf.h"
#include "base/wipe.h"
#include "test/check.h"

#include <stdlib.h>

enum { SECRET_LEN = 200 };

/* A block that is looked at when it is freed. */
static struct {
    const uint8_t *from;
    size_t len;
    unsigned freed, dirty;
} watched;

void __real_free(void *block);
void __wrap_free(void *block);

void
__wrap_free(void *block)
{
    uintptr_t start = (uintptr_t)block, from = (uintptr_t)watched.from;
    enum { PREFIX_MAX = 64 }; /* base/wipe leads its blocks by their size */
    if (block != NULL && watched.len > 0 && from >= start &&
        from - start <= PREFIX_MAX) {
        watched.freed++;
        for (size_t i = 0; i < watched.len; i++)
            watched.dirty += watched.from[i] != 0;
        watched.len = 0;
    }
    __real_free(block);
}

static void
watch(const void *from, size_t len)
{
    watched.from = from;
    watched.len = len;
    watched.freed = watched.dirty = 0;
}

static void
assert_wiped(void)
{
    assert_int_equal(watched.freed, 1);
    assert_int_equal(watched.dirty, 0);
}

static void
fill(struct buf *b)
{
    uint8_t *place;
    assert_ok(buf_extend(b, SECRET_LEN, &place));
    memset(place, 's', SECRET_LEN);
    watch(b->ptr, b->cap + 1);
}

static void
a_buf_is_wiped_by_reset(void **state)
{
    (void)state;
    struct buf b = { 0 };
    fill(&b);
    buf_reset(&b);
    assert_wiped();
}

static void
a_buf_is_wiped_where_it_was_before_it_grew(void **state)
{
    (void)state;
    struct buf b = { 0 };
    fill(&b);
    assert_ok(buf_reserve(&b, 10 * SECRET_LEN));
    assert_wiped();
    assert_int_equal(b.ptr[SECRET_LEN - 1], 's');
    buf_reset(&b);
}

static void
what_a_buf_had_is_wiped_when_it_gets_other_bytes(void **state)
{
    (void)state;
    struct buf b = { 0 }, other = { 0 };
    fill(&b);
    assert_ok(buf_set(&b, SPAN_LITERAL("x")));
    assert_wiped();
    fill(&other);
    buf_take(&other, &b);
    assert_wiped();
    buf_reset(&other);
}

static void
what_is_cut_from_a_buf_is_wiped_in_place(void **state)
{
    (void)state;
    struct buf b = { 0 };
    fill(&b);
    buf_truncate(&b, 1);
    assert_int_equal(b.ptr[0], 's');
    for (size_t i = 1; i < SECRET_LEN; i++)
        assert_int_equal(b.ptr[i], 0);
    buf_reset(&b);
}

static void
blocks_of_libraries_are_wiped(void **state)
{
    (void)state;
    char *block = wipe_malloc(SECRET_LEN);
    assert_non_null(block);
    memset(block, 's', SECRET_LEN);
    watch(block, SECRET_LEN);
    block = wipe_realloc(block, SECRET_LEN * 2);
    assert_wiped();
    assert_int_equal(block[SECRET_LEN - 1], 's');
    memset(block, 's', SECRET_LEN * 2);
    watch(block, SECRET_LEN * 2);
    wipe_free(block);
    assert_wiped();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buf_is_wiped_by_reset),
        cmocka_unit_test(a_buf_is_wiped_where_it_was_before_it_grew),
        cmocka_unit_test(what_a_buf_had_is_wiped_when_it_gets_other_bytes),
        cmocka_unit_test(what_is_cut_from_a_buf_is_wiped_in_place),
        cmocka_unit_test(blocks_of_libraries_are_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
