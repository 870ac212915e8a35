/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* nftw */
#include "kind/state.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { REMOVE_FDS = 16 };

static const char *
variable(const char *name)
{
    const char *value = getenv(name);

    return value == NULL || value[0] == '\0' ? NULL : value;
}

/* A folder that is mounted into a node needs its path from the root. */
static enum status
append_absolute(const char *path, struct buf *out)
{
    char folder[PATH_MAX];

    if (path[0] == '/')
        return buf_append_text(out, path);
    if (realpath(".", folder) == NULL)
        return status_from_errno(errno);
    return buf_printf(out, "%s/%s", folder, path);
}

enum status
kind_state_root(struct buf *path, struct buf *problem)
{
    const char *state = variable("KMSLAB_STATE");
    const char *xdg = variable("XDG_STATE_HOME"), *home = variable("HOME");
    size_t before = path->len;
    enum status status = STATUS_UNAVAILABLE;

    if (state != NULL)
        status = append_absolute(state, path);
    else if (xdg != NULL)
        status = append_absolute(xdg, path);
    else if (home != NULL)
        status = append_absolute(home, path);
    if (status == STATUS_OK && state == NULL)
        status = buf_append_text(
            path, xdg != NULL ? "/kmslab" : "/.local/state/kmslab");
    if (status == STATUS_OK)
        status = buf_append_text(path, "/kind");
    if (status != STATUS_OK) {
        buf_truncate(path, before);
        buf_say(problem,
            "there is no place to remember clusters: set KMSLAB_STATE to a"
            " folder");
    }
    return status;
}

enum status
kind_state_folder(const char *name, struct buf *path, struct buf *problem)
{
    enum status status = kind_state_root(path, problem);

    return status == STATUS_OK ? buf_printf(path, "/%s", name) : status;
}

enum status
kind_state_file(
    const char *name, const char *file, struct buf *path, struct buf *problem)
{
    enum status status = kind_state_folder(name, path, problem);

    return status == STATUS_OK ? buf_printf(path, "/%s", file) : status;
}

enum status
kind_state_make_folder(const char *path, struct buf *problem)
{
    char text[PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof(text))
        return STATUS_TOO_LARGE;
    memcpy(text, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (text[i] != '/' && text[i] != '\0')
            continue;
        char end = text[i];

        text[i] = '\0';
        if (mkdir(text, 0700) != 0 && errno != EEXIST) {
            enum status status = status_from_errno(errno);

            buf_say(problem, "the folder %s cannot be made: %s", text,
                strerror(errno));
            return status;
        }
        text[i] = end;
    }
    return STATUS_OK;
}

enum status
kind_state_claim(const char *path, struct buf *problem)
{
    struct buf parent = { 0 };
    size_t len = (size_t)(strrchr(path, '/') - path);
    enum status status = buf_append(&parent, span_of(path, len));

    if (status == STATUS_OK)
        status = kind_state_make_folder(buf_text(&parent), problem);
    buf_reset(&parent);
    if (status != STATUS_OK || mkdir(path, 0700) == 0)
        return status;
    status = status_from_errno(errno);
    if (status == STATUS_EXISTS)
        buf_say(problem,
            "the cluster %s is being made, or was not finished: remove it with"
            " kmslab kind down %s",
            path + len + 1, path + len + 1);
    else
        buf_say(
            problem, "the folder %s cannot be made: %s", path, strerror(errno));
    return status;
}

static int
remove_entry(
    const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path) != 0 && errno != ENOENT ? -1 : 0;
}

enum status
kind_state_remove(const char *path, struct buf *problem)
{
    if (nftw(path, remove_entry, REMOVE_FDS, FTW_DEPTH | FTW_PHYS) == 0 ||
        errno == ENOENT)
        return STATUS_OK;
    buf_say(problem, "%s cannot be removed: %s", path, strerror(errno));
    return status_from_errno(errno);
}
