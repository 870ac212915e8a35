/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/suite.h"

#include "scenario/field.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING ".yaml"

static bool
is_folder(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* The folder of this program, without a slash at its end. */
static bool
own_folder(char path[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);

    if (len <= 0)
        return false;
    path[len] = '\0';
    *strrchr(path, '/') = '\0';
    return true;
}

enum status
suite_folder(const char *named, struct buf *out)
{
    static const char *const beside[] = { "../../harness/scenarios",
        "../share/kmslab/scenarios" };
    char own[PATH_MAX];

    if (named == NULL)
        named = getenv("KMSLAB_SCENARIOS");
    if (named == NULL && is_folder("harness/scenarios"))
        named = "harness/scenarios";
    if (named != NULL)
        return buf_append_text(out, named);
    for (size_t i = 0; own_folder(own) && i < ARRAY_LEN(beside); i++) {
        buf_clear(out);
        enum status st = buf_printf(out, "%s/%s", own, beside[i]);
        if (st != STATUS_OK || is_folder(buf_text(out)))
            return st;
    }
    buf_clear(out);
    return STATUS_NOT_FOUND;
}

void
suite_names_reset(struct suite_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct suite_names){ 0 };
}

static enum status
add(struct suite_names *names, struct span name)
{
    char **place = field_grow(
        (void **)&names->items, &names->count, sizeof(*names->items));

    if (place == NULL)
        return STATUS_NO_MEMORY;
    *place = calloc(1, name.len + 1);
    if (*place == NULL) {
        names->count--;
        return STATUS_NO_MEMORY;
    }
    span_to_text(name, *place);
    return STATUS_OK;
}

static int
ascending(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum status
suite_names(const char *folder, struct suite_names *out)
{
    struct suite_names names = { 0 };
    struct dirent *entry;
    DIR *dir = opendir(folder);
    enum status st = STATUS_OK;

    if (dir == NULL)
        return status_from_errno(errno);
    while (st == STATUS_OK && (entry = readdir(dir)) != NULL) {
        struct span name = span_text(entry->d_name);

        if (name.len > strlen(ENDING) && name.ptr[0] != '.' &&
            span_ends_with(name, SPAN_LITERAL(ENDING)))
            st = add(&names, span_first(name, name.len - strlen(ENDING)));
    }
    (void)closedir(dir);
    if (st != STATUS_OK) {
        suite_names_reset(&names);
        return st;
    }
    if (names.count > 0)
        qsort(names.items, names.count, sizeof(*names.items), ascending);
    *out = names;
    return STATUS_OK;
}

bool
suite_is_file(const char *name)
{
    return strchr(name, '/') != NULL ||
           span_ends_with(span_text(name), SPAN_LITERAL(ENDING));
}

enum status
suite_file(const char *folder, const char *name, struct buf *out)
{
    if (suite_is_file(name))
        return buf_append_text(out, name);
    return buf_printf(out, "%s/%s" ENDING, folder, name);
}
