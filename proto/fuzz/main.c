/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over files, or without arguments over its corpus
 * fixtures/fuzz/NAME/, and prints TAP. A small file is also run cut at every
 * length and with each of its bytes changed.
 */
#include "base/file.h"
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    FILE_MAX = 4 * 1024 * 1024,
    SMALL_FILE = 2048,
};

static int tests_run, tests_failed;

static void
run_bytes(struct span bytes)
{
    (void)LLVMFuzzerTestOneInput(bytes.ptr, bytes.len);
}

/* From the heap each time, so that the sanitizer sees where a read ends. */
static enum status
run_variants(struct span bytes)
{
    struct buf copy = { 0 };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < bytes.len && st == STATUS_OK; i++) {
        st = buf_set(&copy, span_first(bytes, i));
        if (st == STATUS_OK)
            run_bytes(buf_span(&copy));
        buf_reset(&copy);
    }
    for (size_t i = 0; i < bytes.len && st == STATUS_OK; i++) {
        st = buf_set(&copy, bytes);
        if (st != STATUS_OK)
            break;
        copy.ptr[i] ^= (uint8_t)(1U << (i % 8));
        run_bytes(buf_span(&copy));
        buf_reset(&copy);
    }
    buf_reset(&copy);
    return st;
}

static void
run_file(const char *path)
{
    struct buf bytes = { 0 };
    enum status st = file_read(path, FILE_MAX, &bytes);
    if (st == STATUS_OK)
        run_bytes(buf_span(&bytes));
    if (st == STATUS_OK && bytes.len <= SMALL_FILE)
        st = run_variants(buf_span(&bytes));
    tests_run++;
    tests_failed += st != STATUS_OK;
    printf("%s %d - %s%s%s\n", st == STATUS_OK ? "ok" : "not ok", tests_run,
        path, st == STATUS_OK ? "" : ": ",
        st == STATUS_OK ? "" : status_text(st));
    buf_reset(&bytes);
}

/* fixtures/fuzz/NAME for a program called .../fuzz_NAME. */
static enum status
corpus_of(const char *program, struct buf *out)
{
    size_t at = 0;
    struct span name = span_text(program), prefix = SPAN_LITERAL("fuzz_");
    while (span_search(name, prefix, &at))
        name = span_skip(name, at + prefix.len);
    return buf_printf(out, "fixtures/fuzz/%.*s", SPAN_ARG(name));
}

static int
visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum status
run_folder(const char *folder)
{
    struct dirent **entries = NULL;
    enum status st = STATUS_OK;
    int count = scandir(folder, &entries, visible, alphasort);
    for (int i = 0; i < count; i++) {
        struct buf path = { 0 };
        if (st == STATUS_OK)
            st = buf_printf(&path, "%s/%s", folder, entries[i]->d_name);
        if (st == STATUS_OK)
            run_file(buf_text(&path));
        buf_reset(&path);
        free(entries[i]);
    }
    free(entries);
    return count > 0 ? st : STATUS_NOT_FOUND;
}

int
main(int argc, char **argv)
{
    struct buf folder = { 0 };
    enum status st = STATUS_OK;
    for (int i = 1; i < argc; i++)
        run_file(argv[i]);
    if (argc == 1)
        st = corpus_of(argv[0], &folder);
    if (argc == 1 && st == STATUS_OK)
        st = run_folder(buf_text(&folder));
    if (st != STATUS_OK)
        printf("Bail out! %s: %s\n", buf_text(&folder), status_text(st));
    printf("1..%d\n", tests_run);
    buf_reset(&folder);
    return st == STATUS_OK && tests_failed == 0 ? 0 : 1;
}
