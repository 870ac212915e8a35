/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/floor.h"

#include <unistd.h>

enum { LINE_TIMEOUT_MS = 120 * 1000 }; /* of one that measures itself */

static enum status
find_program(const char *name, struct buf *path)
{
    char self[512];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (len < 0)
        return STATUS_NOT_FOUND;
    self[len] = '\0';
    *strrchr(self, '/') = '\0';
    return buf_printf(path, "%s/bench/%s", self, name);
}

enum status
floor_start(const char *name, const char *const *arguments,
    struct process **out, struct buf *line)
{
    struct buf path = { 0 };
    const char *argv[FLOOR_ARGUMENTS_MAX + 2] = { NULL };
    enum status st = find_program(name, &path);

    argv[0] = buf_text(&path);
    for (size_t i = 0; i < FLOOR_ARGUMENTS_MAX && arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    const struct process_options options = { .argv = argv, .daemon = true };
    if (st == STATUS_OK)
        st = process_start(&options, out);
    if (st == STATUS_OK)
        st = process_read_line(*out, LINE_TIMEOUT_MS, line);
    buf_reset(&path);
    return st;
}
