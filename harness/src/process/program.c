/* SPDX-License-Identifier: Apache-2.0 */
#include "process/program.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Appends FOLDER/name where that is a program. */
static enum status
find_in(struct span folder, const char *name, struct buf *path)
{
    size_t before = path->len;
    enum status status;
    struct stat info;

    if (folder.len == 0)
        return STATUS_NOT_FOUND;
    status = buf_printf(path, "%.*s/%s", SPAN_ARG(folder), name);
    if (status != STATUS_OK)
        return status;
    if (stat(buf_text(path), &info) == 0 && S_ISREG(info.st_mode) &&
        access(buf_text(path), X_OK) == 0)
        return STATUS_OK;
    buf_truncate(path, before);
    return STATUS_NOT_FOUND;
}

static enum status
find_beside_us(const char *name, struct buf *path)
{
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self));

    while (len > 0 && self[len - 1] != '/')
        len--;
    if (len <= 1)
        return STATUS_NOT_FOUND;
    return find_in(span_of(self, (size_t)len - 1), name, path);
}

enum status
program_find(const char *name, struct buf *path)
{
    enum status status = find_beside_us(name, path);
    struct span rest = span_text(getenv("PATH"));

    while (status == STATUS_NOT_FOUND && rest.len > 0) {
        struct span folder = rest, tail = { NULL, 0 };

        (void)span_cut(rest, ':', &folder, &tail);
        status = find_in(folder, name, path);
        rest = tail;
    }
    return status;
}
