/* SPDX-License-Identifier: Apache-2.0 */
/* The pure parts of kmslab kind: names, records, facts, words. */
#include "encrypt/lock.h"
#include "kind/host_emulator.h"
#include "kind/image.h"
#include "kind/loader.h"
#include "kind/name.h"
#include "kind/preflight.h"
#include "kind/record.h"
#include "kind/state.h"
#include "kind/tools.h"
#include "kind_commands/up_options.h"
#include "node/proof.h"
#include "process/workspace.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct workspace *workspace;

static int
make_workspace(void **state)
{
    (void)state;
    if (workspace_new(&workspace) != STATUS_OK)
        return -1;
    return setenv("KMSLAB_STATE", workspace_path(workspace), 1);
}

static int
free_workspace(void **state)
{
    (void)state;
    workspace_free(workspace);
    return 0;
}

static void
names_are_those_that_kind_and_hosts_take(void **state)
{
    static const char *const good[] = { "a", "kmslab", "a-b.c", "1" };
    static const char *const bad[] = { "", "A", "a_b", "a b", "-a", "a-", ".",
        "..", "../a", "a/b", "a\nb", "\xc3\xa4",
        "a23456789012345678901234567890123456789012345678" };
    struct buf problem = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_ok(kind_name_check(good[i], &problem));
    assert_int_equal(problem.len, 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(kind_name_check(bad[i], &problem), STATUS_INVALID);
    assert_true(problem.len > 0);
    buf_reset(&problem);
}

static void
nodes_are_named_as_kind_does(void **state)
{
    struct buf name = { 0 };

    (void)state;
    assert_ok(kind_name_node("a", "control-plane", 0, &name));
    assert_ok(buf_append_byte(&name, ' '));
    assert_ok(kind_name_node("a", "control-plane", 1, &name));
    assert_span_text(buf_span(&name), "a-control-plane a-control-plane2");
    buf_reset(&name);
}

static void
fill(struct kind_record *record)
{
    assert_ok(buf_append_text(&record->name, "one"));
    assert_ok(buf_append_text(&record->image, "kindest/node:v1.35.4"));
    assert_ok(buf_append_text(&record->kms, "v2"));
    assert_ok(buf_append_text(&record->emulator.admin, "http://127.0.0.1:1"));
    assert_ok(buf_append_text(&record->plugin.kind, "command"));
    assert_ok(buf_append_text(&record->plugin.what, "aep \"--x\""));
    assert_ok(kind_names_add(
        &record->control_planes, SPAN_LITERAL("one-control-plane")));
    assert_ok(kind_names_add(
        &record->control_planes, SPAN_LITERAL("one-control-plane2")));
    assert_ok(kind_names_add(&record->workers, SPAN_LITERAL("one-worker")));
    record->owner = KIND_OWNER_ENCRYPT;
    record->ready = true;
    record->emulator.pid = 4711;
    record->emulator.start_time = 123456789;
}

static void
a_record_is_read_as_it_was_saved(void **state)
{
    struct kind_record record = { 0 }, read = { 0 };
    struct buf problem = { 0 }, path = { 0 }, one = { 0 }, two = { 0 };
    struct stat info;

    (void)state;
    fill(&record);
    assert_ok(kind_record_save(&record, &problem));
    assert_ok(kind_record_load("one", &read, &problem));
    assert_ok(kind_record_write(&record, &one));
    assert_ok(kind_record_write(&read, &two));
    assert_span_text(buf_span(&two), buf_text(&one));
    assert_int_equal(read.owner, KIND_OWNER_ENCRYPT);
    assert_int_equal(read.emulator.pid, 4711);
    assert_span_text(buf_span(&read.plugin.what), "aep \"--x\"");
    assert_ok(kind_state_file("one", "cluster.json", &path, &problem));
    assert_int_equal(stat(buf_text(&path), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_ok(kind_record_remove("one", &problem));
    assert_int_equal(
        kind_record_load("one", &read, &problem), STATUS_NOT_FOUND);
    assert_ok(kind_record_remove("one", &problem));
    assert_int_equal(problem.len, 0);
    kind_record_reset(&record);
    kind_record_reset(&read);
    buf_reset(&path);
    buf_reset(&one);
    buf_reset(&two);
}

static void
a_cluster_is_changed_by_one_at_a_time(void **state)
{
    struct kind_lock lock = { .fd = -1 }, other = { .fd = -1 };
    struct buf problem = { 0 };

    (void)state;
    assert_ok(kind_lock_take("one", &lock, &problem));
    assert_int_equal(kind_lock_take("one", &other, &problem), STATUS_BUSY);
    assert_true(other.fd < 0);
    assert_non_null(strstr(buf_text(&problem), "works on one"));
    assert_ok(kind_lock_take("two", &other, &problem));
    kind_lock_release(&other);
    assert_int_equal(access(buf_text(&lock.path), F_OK), 0);
    kind_lock_release(&lock);
    assert_ok(kind_lock_take("one", &other, &problem));
    kind_lock_release(&other);
    kind_lock_release(&other);
    buf_reset(&problem);
}

#define RECORD(more) "{\"layout\":1,\"name\":\"a\",\"owner\":\"up\"" more "}"

static void
a_record_that_is_none_is_refused(void **state)
{
    static const char *const bad[] = { "", "[]", "{}", "{\"layout\":1}",
        "{\"layout\":1,\"name\":\"../a\",\"owner\":\"up\"}",
        "{\"layout\":1,\"name\":\"a\"}",
        "{\"layout\":1,\"name\":\"a\",\"owner\":\"me\"}",
        RECORD(",\"name\":\"b\""), RECORD(",\"image\":7"),
        RECORD(",\"image\":\"a\\u0000b\""),
        RECORD(",\"control_planes\":[\"--privileged\"]"),
        RECORD(",\"control_planes\":[\"\"]"), RECORD(",\"workers\":{}"),
        RECORD(",\"workers\":[1]"), RECORD(",\"emulator\":{\"pid\":1}"),
        RECORD(",\"emulator\":{\"pid\":-1}"),
        RECORD(",\"emulator\":{\"pid\":4294967296}"),
        RECORD(",\"emulator\":{\"start_time\":-2}"),
        RECORD(",\"control_planes\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
               "\"7\",\"8\",\"9\",\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\","
               "\"h\"]") };
    struct kind_record record = { 0 };

    (void)state;
    assert_ok(kind_record_parse(SPAN_LITERAL(RECORD("")), &record));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_not_equal(
            kind_record_parse(span_text(bad[i]), &record), STATUS_OK);
    /* The one that was read is untouched. */
    assert_span_text(buf_span(&record.name), "a");
    assert_int_equal(kind_record_parse(SPAN_LITERAL("{\"layout\":2}"), &record),
        STATUS_VERSION);
    kind_record_reset(&record);
}

static void
a_record_under_another_name_is_refused(void **state)
{
    struct kind_record record = { 0 };
    struct buf problem = { 0 }, path = { 0 };

    (void)state;
    assert_ok(buf_append_text(&record.name, "one"));
    assert_ok(kind_record_save(&record, &problem));
    assert_ok(kind_state_root(&path, &problem));
    assert_int_equal(chdir(buf_text(&path)), 0);
    assert_int_equal(rename("one", "two"), 0);
    kind_record_reset(&record);
    assert_int_equal(
        kind_record_load("two", &record, &problem), STATUS_INVALID);
    assert_true(problem.len > 0);
    buf_clear(&problem);
    assert_ok(kind_record_remove("two", &problem));
    buf_reset(&path);
    buf_reset(&problem);
}

static void
one_of_two_gets_a_name(void **state)
{
    struct buf folder = { 0 }, problem = { 0 };

    (void)state;
    assert_ok(kind_state_folder("mine", &folder, &problem));
    assert_ok(kind_state_claim(buf_text(&folder), &problem));
    assert_int_equal(problem.len, 0);
    assert_int_equal(
        kind_state_claim(buf_text(&folder), &problem), STATUS_EXISTS);
    assert_true(problem.len > 0);
    buf_clear(&problem);
    assert_ok(kind_record_remove("mine", &problem));
    buf_reset(&problem);
    buf_reset(&folder);
}

static void
links_are_removed_and_not_followed(void **state)
{
    struct buf folder = { 0 }, link = { 0 }, outside = { 0 }, problem = { 0 };

    (void)state;
    assert_ok(workspace_file(workspace, "outside", &outside));
    assert_ok(kind_state_make_folder(buf_text(&outside), &problem));
    assert_ok(kind_state_folder("linked", &folder, &problem));
    assert_ok(kind_state_make_folder(buf_text(&folder), &problem));
    assert_ok(kind_state_file("linked", "link", &link, &problem));
    assert_int_equal(symlink(buf_text(&outside), buf_text(&link)), 0);
    assert_ok(kind_record_remove("linked", &problem));
    assert_int_equal(access(buf_text(&outside), F_OK), 0);
    assert_int_not_equal(access(buf_text(&folder), F_OK), 0);
    buf_reset(&outside);
    buf_reset(&link);
    buf_reset(&folder);
}

#define DIGEST                                                                 \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
kinds_default_image_is_found_in_its_program(void **state)
{
    const struct span program = SPAN_LITERAL(
        "\x7f\x45LF kindest/node:latestkindest/node:v1.2.3@sha256:short"
        "kindest/node:v1.34.0@sha256:" DIGEST "nodesnodes");
    struct span name;

    (void)state;
    assert_true(kind_image_default(program, &name));
    assert_span_text(name, "kindest/node:v1.34.0@sha256:" DIGEST);
    assert_false(kind_image_default(span_first(program, 60), &name));
}

static void
an_image_says_its_version_and_pause_image(void **state)
{
    struct kind_image_facts facts = { 0 };

    (void)state;
    assert_ok(kind_image_read(
        SPAN_LITERAL("v1.35.4\n\nversion = 2\n[plugins]\n"
                     "  sandbox_image = \"registry.k8s.io/pause:3.10.1\"\n"),
        &facts));
    assert_int_equal(facts.minor, 35);
    assert_span_text(buf_span(&facts.kubernetes), "v1.35.4");
    assert_span_text(buf_span(&facts.sandbox), "registry.k8s.io/pause:3.10.1");
    assert_ok(kind_image_read(
        SPAN_LITERAL("v1.37.0-rc.1\nversion = 3\n  sandbox = 'p:1'"), &facts));
    assert_int_equal(facts.minor, 37);
    assert_span_text(buf_span(&facts.sandbox), "p:1");
    kind_image_facts_reset(&facts);
}

static void
other_images_are_no_node_images(void **state)
{
    static const char *const texts[] = { "", "v2.1.0\nsandbox_image = \"a\"\n",
        "v1.x.0\nsandbox_image = \"a\"\n", "v1.35.4\nsandbox_image = a\n",
        "v1.35.4\nsandbox_image\n", "v1.35.4\n", "sandbox_image = \"a\"\n" };
    struct kind_image_facts facts = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(
            kind_image_read(span_text(texts[i]), &facts), STATUS_INVALID);
    assert_int_equal(facts.minor, 0);
}

static enum status
collect(void *context, struct span name, struct span path)
{
    return buf_printf(context, "%.*s=%.*s ", SPAN_ARG(name), SPAN_ARG(path));
}

static void
libraries_are_read_from_what_the_loader_lists(void **state)
{
    const struct span list =
        SPAN_LITERAL("\tlinux-vdso.so.1 (0x00007ffd)\n"
                     "\tliba.so.1 => /usr/lib/liba.so.1 (0x00007f01)\n"
                     "\tlibc.so.6 => /lib/x/libc.so.6 (0x00007f02)\n"
                     "\t/lib64/ld-linux-x86-64.so.2 (0x00007f03)\n");
    struct buf found = { 0 };

    (void)state;
    assert_ok(kind_loader_each(list, collect, &found));
    assert_span_text(buf_span(&found),
        "liba.so.1=/usr/lib/liba.so.1 libc.so.6=/lib/x/libc.so.6 ");
    assert_int_equal(
        kind_loader_each(
            SPAN_LITERAL("\tlibb.so.2 => not found\n"), collect, &found),
        STATUS_NOT_FOUND);
    buf_reset(&found);
}

static void
the_loader_of_a_program_is_read(void **state)
{
    struct buf loader = { 0 };

    (void)state;
    assert_ok(kind_loader_of("/bin/sh", &loader));
    assert_int_equal(access(buf_text(&loader), X_OK), 0);
    assert_int_equal(kind_loader_of("/etc/passwd", &loader), STATUS_INVALID);
    assert_int_equal(kind_loader_of("/no/such", &loader), STATUS_NOT_FOUND);
    buf_reset(&loader);
}

static void
what_kind_says_is_followed(void **state)
{
    (void)state;
    assert_span_text(
        kind_tools_step(SPAN_LITERAL(
            " \xe2\x80\xa2 Preparing nodes \xf0\x9f\x93\xa6   ...")),
        "Preparing nodes");
    assert_int_equal(
        kind_tools_step(SPAN_LITERAL(" \xe2\x9c\x93 Preparing nodes")).len, 0);
    assert_span_text(
        kind_tools_error(SPAN_LITERAL("Creating\nERROR: failed to x: y\n"
                                      "Command Output: many\nlines\n")),
        "failed to x: y");
    assert_span_text(
        kind_tools_error(SPAN_LITERAL("unknown flag\n\n")), "unknown flag");
}

static void
a_prefix_ends_after_the_providers_name(void **state)
{
    (void)state;
    assert_span_text(
        kind_proof_prefix(SPAN_LITERAL("k8s:enc:kms:v2:kmslab:\x0a\x01:")),
        "k8s:enc:kms:v2:kmslab:");
    assert_int_equal(kind_proof_prefix(SPAN_LITERAL("k8s\0\x0a\x0c")).len, 0);
    assert_int_equal(
        kind_proof_prefix(SPAN_LITERAL("k8s:enc:kms\0v2:a:")).len, 0);
}

static void
too_little_disk_is_told_with_numbers(void **state)
{
    struct buf problem = { 0 };
    size_t at;

    (void)state;
    assert_ok(kind_preflight_disk("/", 0, &problem));
    assert_ok(kind_preflight_disk("/no/such/place", 1, &problem));
    assert_int_equal(problem.len, 0);
    assert_int_equal(kind_preflight_disk("/", 1000000, &problem), STATUS_FULL);
    assert_true(span_search(
        buf_span(&problem), SPAN_LITERAL("1000000 nodes take"), &at));
    buf_reset(&problem);
}

static void
a_process_is_known_by_a_whole_argument(void **state)
{
    (void)state;
    assert_false(kind_host_emulator_is(getpid(), "test"));
    assert_false(kind_host_emulator_is(0, "test"));
    assert_false(kind_host_emulator_is(getpid(), ""));
}

/* A number in a record that now belongs to somebody else, here us. */
static void
a_process_that_is_not_the_emulator_is_left_alone(void **state)
{
    struct kind_record record = { 0 };
    struct buf problem = { 0 };

    (void)state;
    record.emulator.pid = getpid();
    assert_ok(kind_host_emulator_stop("/no/such", &record, &problem));
    assert_int_equal(problem.len, 0);
}

static void
options_become_a_plan(void **state)
{
    struct up_options options = { .name = "c",
        .control_planes = "3",
        .kms = "v1",
        .emulator = "host",
        .plugin = "aep --flag",
        .wait = "7" };
    struct kind_plan plan;
    struct buf problem = { 0 };

    (void)state;
    assert_ok(up_options_plan(&options, &plan, &problem));
    assert_int_equal(plan.control_planes, 3);
    assert_int_equal(plan.workers, 0);
    assert_int_equal(plan.kms, KIND_KMS_V1);
    assert_int_equal(plan.emulator, KIND_EMULATOR_HOST);
    assert_int_equal(plan.plugin, KIND_PLUGIN_COMMAND);
    assert_string_equal(plan.plugin_what, "aep --flag");
    assert_int_equal(plan.wait_ms, 7000);
    up_options_reset(&options);
}

static void
words_that_make_no_plan_are_refused(void **state)
{
    const struct up_options bad[] = {
        { .name = "A" },
        { .control_planes = "0" },
        { .control_planes = "17" },
        { .workers = "-1" },
        { .kms = "v3" },
        { .emulator = "moon" },
        { .emulator = "none" },
        { .plugin = "a", .plugin_image = "b" },
        { .bundle = "/no/such/folder" },
        { .wait = "soon" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct up_options options = bad[i];
        struct kind_plan plan;
        struct buf problem = { 0 };

        assert_int_equal(
            up_options_plan(&options, &plan, &problem), STATUS_INVALID);
        assert_true(problem.len > 0);
        buf_reset(&problem);
        up_options_reset(&options);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_that_kind_and_hosts_take),
        cmocka_unit_test(nodes_are_named_as_kind_does),
        cmocka_unit_test(a_record_is_read_as_it_was_saved),
        cmocka_unit_test(a_record_that_is_none_is_refused),
        cmocka_unit_test(a_cluster_is_changed_by_one_at_a_time),
        cmocka_unit_test(a_record_under_another_name_is_refused),
        cmocka_unit_test(one_of_two_gets_a_name),
        cmocka_unit_test(links_are_removed_and_not_followed),
        cmocka_unit_test(kinds_default_image_is_found_in_its_program),
        cmocka_unit_test(an_image_says_its_version_and_pause_image),
        cmocka_unit_test(other_images_are_no_node_images),
        cmocka_unit_test(libraries_are_read_from_what_the_loader_lists),
        cmocka_unit_test(the_loader_of_a_program_is_read),
        cmocka_unit_test(what_kind_says_is_followed),
        cmocka_unit_test(a_prefix_ends_after_the_providers_name),
        cmocka_unit_test(too_little_disk_is_told_with_numbers),
        cmocka_unit_test(a_process_is_known_by_a_whole_argument),
        cmocka_unit_test(a_process_that_is_not_the_emulator_is_left_alone),
        cmocka_unit_test(options_become_a_plan),
        cmocka_unit_test(words_that_make_no_plan_are_refused),
    };

    return cmocka_run_group_tests(tests, make_workspace, free_workspace);
}
