/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/shared_files.h"

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
    for (size_t i = 0; i < SHARED_FILES; i++) {
        buf_reset(&shared->paths[i]);
        buf_reset(&shared->texts[i]);
    }
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

static const char *
find_profile(void)
{
    static const char *const variables[] = { "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE" };
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        const char *name = getenv(variables[i]);
        if (name != NULL && name[0] != 0)
            return name;
    }
    return NULL;
}

enum status
shared_files_find(struct shared_files *out)
{
    const char *profile = find_profile();
    out->profile_named = profile != NULL;
    enum status st =
        buf_append_text(&out->profile, profile == NULL ? "default" : profile);
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

/* It stays so until somebody changes the file. */
static bool
is_lasting(enum status st)
{
    return st == STATUS_NOT_FOUND || st == STATUS_DENIED ||
           st == STATUS_IRREGULAR || st == STATUS_TOO_LARGE;
}

static enum status
load_file(struct shared_files *shared, size_t file)
{
    const char *path = buf_text(&shared->paths[file]);
    struct shared_flaw *flaw = &shared->flaws[file];
    buf_reset(&shared->texts[file]);
    *flaw = (struct shared_flaw){ STATUS_OK, { 0, NULL } };
    if (path[0] == 0)
        return STATUS_OK;
    enum status st = file_read(path, FILE_MAX, &shared->texts[file]);
    if (st == STATUS_OK)
        flaw->skipped = profile_find_flaw(
            buf_span(&shared->texts[file]), places[file].kind);
    else if (is_lasting(st) && st != STATUS_NOT_FOUND)
        flaw->unread = st;
    return is_lasting(st) ? STATUS_OK : st;
}

enum status
shared_files_load(struct shared_files *shared, struct buf *problem)
{
    for (size_t i = 0; i < SHARED_FILES; i++) {
        enum status st = load_file(shared, i);
        if (st == STATUS_OK)
            continue;
        buf_say(problem, "%s cannot be read: %s", shared_files_path(shared, i),
            status_text(st));
        return st;
    }
    return STATUS_OK;
}

static void
say_file(const struct shared_files *shared, size_t file, struct buf *out)
{
    const struct shared_flaw *flaw = &shared->flaws[file];
    buf_say(out, "%s", shared_files_path(shared, file));
    if (flaw->unread != STATUS_OK)
        buf_say(out, " (which cannot be read: %s)", status_text(flaw->unread));
    else if (flaw->skipped.line > 0)
        buf_say(out, " (whose line %d is skipped: %s)", flaw->skipped.line,
            flaw->skipped.why);
}

void
shared_files_say(const struct shared_files *shared, struct buf *out)
{
    for (size_t i = 0; i < SHARED_FILES; i++) {
        if (i > 0)
            buf_say(out, " or ");
        say_file(shared, i, out);
    }
}

void
shared_files_section(const struct shared_files *shared,
    enum profile_section kind, struct span name, struct shared_section *out)
{
    struct shared_section section = { .shared = shared };
    for (size_t i = 0; i < SHARED_FILES; i++) {
        profile_read(buf_span(&shared->texts[i]), places[i].kind, kind, name,
            &section.in[i]);
        section.found |= section.in[i].found;
    }
    *out = section;
}

/* The file whose value counts. */
static size_t
file_of(const struct shared_section *section, enum profile_key key)
{
    size_t file = 0;
    while (file + 1 < SHARED_FILES && section->in[file].values[key].len == 0)
        file++;
    return file;
}

enum status
shared_files_open(struct shared_files *shared, struct shared_section *out,
    struct buf *problem)
{
    enum status st = shared_files_find(shared);
    if (st == STATUS_OK)
        st = shared_files_load(shared, problem);
    if (st == STATUS_OK)
        shared_files_section(
            shared, PROFILE_SECTION_PROFILE, buf_span(&shared->profile), out);
    return st;
}

struct span
shared_section_get(const struct shared_section *section, enum profile_key key)
{
    return section->in[file_of(section, key)].values[key];
}

struct span
shared_section_setting(const struct shared_section *section,
    const char *variable, enum profile_key key)
{
    struct span value = span_text(getenv(variable));
    return value.len > 0 ? value : shared_section_get(section, key);
}

void
shared_section_say_place(
    const struct shared_section *section, enum profile_key key, struct buf *out)
{
    size_t file = file_of(section, key);
    buf_say(out, "%s, line %d", shared_files_path(section->shared, file),
        section->in[file].lines[key]);
}

void
shared_files_stamp(const struct shared_files *shared, struct shared_stamp *out)
{
    *out = (struct shared_stamp){ 0 };
    for (size_t i = 0; i < SHARED_FILES; i++) {
        struct stat facts;
        const char *path = buf_text(&shared->paths[i]);
        if (path[0] == 0 || stat(path, &facts) != 0)
            continue;
        out->of[i].exists = true;
        out->of[i].device = facts.st_dev;
        out->of[i].inode = facts.st_ino;
        out->of[i].size = facts.st_size;
        out->of[i].changed = facts.st_mtim;
        out->of[i].mode = facts.st_mode;
    }
}

bool
shared_stamp_equal(const struct shared_stamp *a, const struct shared_stamp *b)
{
    bool equal = true;
    for (size_t i = 0; i < SHARED_FILES; i++)
        equal &= a->of[i].exists == b->of[i].exists &&
                 a->of[i].device == b->of[i].device &&
                 a->of[i].inode == b->of[i].inode &&
                 a->of[i].size == b->of[i].size &&
                 a->of[i].mode == b->of[i].mode &&
                 a->of[i].changed.tv_sec == b->of[i].changed.tv_sec &&
                 a->of[i].changed.tv_nsec == b->of[i].changed.tv_nsec;
    return equal;
}

bool
shared_stamp_is_open(const struct shared_stamp *stamp)
{
    return stamp->of[0].exists && S_ISREG(stamp->of[0].mode) &&
           (stamp->of[0].mode & S_IROTH) != 0;
}
