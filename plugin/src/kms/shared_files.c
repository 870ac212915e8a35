/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/shared_files.h"

#include "base/file.h"

#include <stdlib.h>

enum { FILE_MAX = 1024 * 1024 };

/* The credentials file is asked before the config file. */
static const struct {
    enum profile_file kind;
    const char *variable;
    const char *in_home;
} places[SHARED_FILES] = {
    { PROFILE_FILE_CREDENTIALS, "AWS_SHARED_CREDENTIALS_FILE",
        ".aws/credentials" },
    { PROFILE_FILE_CONFIG, "AWS_CONFIG_FILE", ".aws/config" },
};

void
shared_files_reset(struct shared_files *shared)
{
    for (size_t i = 0; i < SHARED_FILES; i++)
        buf_reset(&shared->paths[i]);
    buf_reset(&shared->profile);
}

static enum status
find_path(const char *variable, const char *in_home, struct buf *out)
{
    const char *named = getenv(variable), *home = getenv("HOME");
    bool has_home = home != NULL && home[0] != 0;
    if (named == NULL || named[0] == 0)
        return has_home ? buf_printf(out, "%s/%s", home, in_home) : STATUS_OK;
    if (has_home && strncmp(named, "~/", 2) == 0)
        return buf_printf(out, "%s/%s", home, named + 2);
    return buf_append_text(out, named);
}

enum status
shared_files_find(struct shared_files *out)
{
    const char *profile = getenv("AWS_PROFILE");
    enum status st = buf_append_text(&out->profile,
        profile == NULL || profile[0] == 0 ? "default" : profile);
    for (size_t i = 0; i < SHARED_FILES && st == STATUS_OK; i++)
        st = find_path(places[i].variable, places[i].in_home, &out->paths[i]);
    return st;
}

const char *
shared_files_path(const struct shared_files *shared, size_t file)
{
    const char *path = buf_text(&shared->paths[file]);
    return path[0] == 0 ? "(HOME is not set)" : path;
}

enum status
shared_files_read(const struct shared_files *shared, size_t file,
    struct buf *text, struct profile *out, struct buf *problem)
{
    const char *path = buf_text(&shared->paths[file]);
    struct profile_error error;
    *out = (struct profile){ 0 };
    if (path[0] == 0)
        return STATUS_OK;
    enum status st = file_read(path, FILE_MAX, text);
    if (st == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (st != STATUS_OK) {
        buf_say(problem, "%s cannot be read: %s", path, status_text(st));
        return st;
    }
    st = profile_read(buf_span(text), places[file].kind,
        buf_span(&shared->profile), out, &error);
    if (st != STATUS_OK)
        buf_say(problem, "%s, line %d: %s", path, error.line, error.why);
    return st;
}
