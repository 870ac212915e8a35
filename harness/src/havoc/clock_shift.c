/* SPDX-License-Identifier: Apache-2.0 */
#include "havoc/clock_shift.h"

#include "base/file.h"
#include "havoc/elf_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct clock_shift {
    struct buf path; /* of the file that libfaketime reads */
};

/* Where Debian, Fedora and Alpine put it. */
static const char *
find_library(void)
{
    static const char *const paths[] = {
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib64/faketime/libfaketimeMT.so.1",
        "/usr/lib/faketime/libfaketimeMT.so.1",
    };

    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        if (access(paths[i], R_OK) == 0)
            return paths[i];
    return NULL;
}

/* NULL: it can be moved. */
static const char *
why_not(const char *program, const char *library, enum status *status)
{
    enum elf_look kind;

    *status = elf_look_at(program, &kind);
    if (*status != STATUS_OK)
        return "no program that can be looked at";
    *status = STATUS_UNSUPPORTED;
    if (kind == ELF_LOOK_GO)
        return "a Go program asks the kernel for the time, its clock cannot "
               "be moved";
    if (kind == ELF_LOOK_STATIC)
        return "a static program asks the kernel for the time, its clock "
               "cannot be moved";
    if (library == NULL)
        return "libfaketime is not installed (apt-get install faketime)";
    *status = STATUS_OK;
    return NULL;
}

static enum status
fill_environment(const struct clock_shift *shift, const char *library,
    struct environment *environment)
{
    const char *const pairs[][2] = {
        { "LD_PRELOAD", library },
        { "FAKETIME_TIMESTAMP_FILE", buf_text(&shift->path) },
        { "FAKETIME_NO_CACHE", "1" },
        { "FAKETIME_DONT_FAKE_MONOTONIC", "1" },
    };
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < ARRAY_LEN(pairs); i++)
        status = environment_set(environment, pairs[i][0], pairs[i][1]);
    return status;
}

/* Each has a file of its own. */
static enum status
choose_file(const struct workspace *workspace, struct buf *path)
{
    static _Atomic unsigned count;
    char name[32];

    (void)snprintf(name, sizeof(name), "clock-%u", count++);
    return workspace_file(workspace, name, path);
}

enum status
clock_shift_new(const char *program, const struct workspace *workspace,
    struct environment *environment, struct clock_shift **out,
    struct buf *problem)
{
    const char *library = find_library();
    struct clock_shift *shift = NULL;
    enum status status;
    const char *reason = why_not(program, library, &status);

    if (reason != NULL) {
        buf_say(problem, "%s: %s", program, reason);
        return status;
    }
    shift = calloc(1, sizeof(*shift));
    if (shift == NULL)
        return STATUS_NO_MEMORY;
    status = choose_file(workspace, &shift->path);
    if (status == STATUS_OK)
        status = clock_shift_set(shift, 0);
    if (status == STATUS_OK)
        status = fill_environment(shift, library, environment);
    if (status == STATUS_OK) {
        *out = shift;
        return STATUS_OK;
    }
    buf_say(problem, "the clock of %s: %s", program, status_text(status));
    clock_shift_free(shift);
    return status;
}

enum status
clock_shift_set(struct clock_shift *shift, int64_t offset_ms)
{
    struct buf text = { 0 };
    uint64_t size =
        offset_ms < 0 ? 0 - (uint64_t)offset_ms : (uint64_t)offset_ms;
    enum status status =
        buf_printf(&text, "%c%llu.%03u\n", offset_ms < 0 ? '-' : '+',
            (unsigned long long)(size / 1000), (unsigned)(size % 1000));

    if (status == STATUS_OK)
        status = file_replace(buf_text(&shift->path), 0600, buf_span(&text));
    buf_reset(&text);
    return status;
}

void
clock_shift_free(struct clock_shift *shift)
{
    if (shift == NULL)
        return;
    if (shift->path.len > 0)
        (void)!clock_shift_set(shift, 0);
    buf_reset(&shift->path);
    free(shift);
}
