/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "demo/search.h"
#include "process/workspace.h"
#include "test/check.h"

#include <sys/stat.h>
#include <unistd.h>

static void
put(const struct workspace *workspace, const char *name, struct span bytes)
{
    struct buf path = { 0 };

    assert_ok(workspace_file(workspace, name, &path));
    assert_ok(file_replace(buf_text(&path), 0600, bytes));
    buf_reset(&path);
}

static void
bytes_are_found_in_any_file_of_any_folder(void **state)
{
    struct workspace *workspace = NULL;
    struct search_result found = { 0 };
    struct buf inner = { 0 };

    (void)state;
    assert_ok(workspace_new(&workspace));
    assert_ok(workspace_file(workspace, "inner", &inner));
    assert_int_equal(mkdir(buf_text(&inner), 0700), 0);
    put(workspace, "a", SPAN_LITERAL("nothing"));
    put(workspace, "inner/b", SPAN_LITERAL("\0\0needle\0"));
    assert_ok(search_folder(
        workspace_path(workspace), SPAN_LITERAL("needle"), &found));
    assert_int_equal(found.files, 2);
    assert_int_equal(found.bytes, 16);
    assert_int_equal(found.hits, 1);
    buf_reset(&inner);
    workspace_free(workspace);
}

static void
links_are_not_followed(void **state)
{
    struct workspace *workspace = NULL;
    struct search_result found = { 0 };
    struct buf link = { 0 };

    (void)state;
    assert_ok(workspace_new(&workspace));
    assert_ok(workspace_file(workspace, "link", &link));
    assert_int_equal(symlink("/etc", buf_text(&link)), 0);
    assert_ok(
        search_folder(workspace_path(workspace), SPAN_LITERAL("root"), &found));
    assert_int_equal(found.files, 0);
    buf_reset(&link);
    workspace_free(workspace);
}

static void
a_folder_that_is_not_there_holds_nothing(void **state)
{
    struct search_result found = { .files = 7 };

    (void)state;
    assert_ok(search_folder("/nowhere/at/all", SPAN_LITERAL("x"), &found));
    assert_int_equal(found.files, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_found_in_any_file_of_any_folder),
        cmocka_unit_test(links_are_not_followed),
        cmocka_unit_test(a_folder_that_is_not_there_holds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
