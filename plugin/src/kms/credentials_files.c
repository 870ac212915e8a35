/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/credentials.h"
#include "kms/credentials_set.h"
#include "kms/shared_files.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

/* What a profile has instead of keys: PROFILE_KEYS for nothing. */
static enum profile_key
other_source(const struct profile *profile)
{
    enum profile_key key = PROFILE_FIRST_UNSUPPORTED;
    while (key < PROFILE_KEYS && profile->lines[key] == 0)
        key++;
    return key;
}

/* The keys of a profile. `place` starts the words of a problem. */
static enum status
take_keys(const struct profile *profile, const char *path,
    struct credentials_set *out, struct buf *problem)
{
    const struct sigv4_credentials keys = {
        profile->values[PROFILE_ACCESS_KEY_ID],
        profile->values[PROFILE_SECRET_ACCESS_KEY],
        profile->values[PROFILE_SESSION_TOKEN],
    };
    int key_line = profile->lines[PROFILE_ACCESS_KEY_ID];
    int secret_line = profile->lines[PROFILE_SECRET_ACCESS_KEY];
    enum profile_key other = other_source(profile);
    if (key_line == 0 && secret_line == 0 && other != PROFILE_KEYS) {
        buf_say(problem, "%s, line %d: %s is not supported", path,
            profile->lines[other], profile_key_name(other));
        return STATUS_INVALID;
    }
    if (key_line == 0 && secret_line == 0)
        return STATUS_NOT_FOUND;
    if (key_line == 0 || secret_line == 0) {
        buf_say(problem, "%s, line %d: the profile lacks %s", path,
            key_line + secret_line,
            profile_key_name(key_line == 0 ? PROFILE_ACCESS_KEY_ID
                                           : PROFILE_SECRET_ACCESS_KEY));
        return STATUS_INVALID;
    }
    struct buf what = { 0 };
    enum status st = credentials_set_make(&keys, out, &what);
    if (st != STATUS_OK)
        buf_say(
            problem, "%s, line %d: the %s", path, key_line, buf_text(&what));
    buf_reset(&what);
    return st;
}

static void
say_none(const struct shared_files *shared, struct buf *problem)
{
    buf_say(problem, "no credentials of profile \"%s\" in %s or %s",
        buf_text(&shared->profile), shared_files_path(shared, 0),
        shared_files_path(shared, 1));
}

static enum status
read_keys(const struct shared_files *shared, struct credentials_set *out,
    struct buf *problem)
{
    enum status st = STATUS_NOT_FOUND;
    for (size_t i = 0; i < SHARED_FILES && st == STATUS_NOT_FOUND; i++) {
        struct buf text = { 0 };
        struct profile profile;
        st = shared_files_read(shared, i, &text, &profile, problem);
        if (st == STATUS_OK)
            st = take_keys(&profile, buf_text(&shared->paths[i]), out, problem);
        buf_reset(&text);
    }
    if (st == STATUS_NOT_FOUND)
        say_none(shared, problem);
    return st;
}

/* Tells one state of a file from the next. */
struct stamp {
    bool exists;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

static struct stamp
stamp_of(const char *path)
{
    struct stat facts;
    if (path[0] == 0 || stat(path, &facts) != 0)
        return (struct stamp){ 0 };
    return (struct stamp){ true, facts.st_dev, facts.st_ino, facts.st_size,
        facts.st_mtim };
}

static bool
same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->exists == b->exists && a->device == b->device &&
           a->inode == b->inode && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

struct files {
    struct credentials source;
    struct shared_files shared; /* does not change */
    pthread_mutex_t lock;       /* for what follows */
    bool read;
    struct stamp stamps[SHARED_FILES];
    enum status status; /* of the last reading */
    struct credentials_set set;
    struct buf problem;
};

/* Stamps before it reads: a change meanwhile is seen the next time. */
static bool
has_changed(struct files *files)
{
    bool changed = !files->read;
    for (size_t i = 0; i < SHARED_FILES; i++) {
        struct stamp now = stamp_of(buf_text(&files->shared.paths[i]));
        changed |= !same_stamp(&now, &files->stamps[i]);
        files->stamps[i] = now;
    }
    files->read = true;
    return changed;
}

static enum status
files_get(struct credentials *source, struct credentials_set *out,
    struct buf *problem)
{
    struct files *files = (struct files *)source;
    (void)pthread_mutex_lock(&files->lock);
    if (has_changed(files)) {
        buf_clear(&files->problem);
        files->status = read_keys(&files->shared, &files->set, &files->problem);
        /* What failed may be mended without a change of what is looked at:
         * a mode, a full table of descriptors. */
        files->read = files->status == STATUS_OK;
    }
    enum status st = files->status;
    if (st == STATUS_OK)
        st = credentials_set_copy(&files->set, out);
    else
        buf_say(problem, "%s", buf_text(&files->problem));
    (void)pthread_mutex_unlock(&files->lock);
    return st;
}

static void
files_free(struct credentials *source)
{
    struct files *files = (struct files *)source;
    shared_files_reset(&files->shared);
    credentials_set_reset(&files->set);
    buf_reset(&files->problem);
    (void)pthread_mutex_destroy(&files->lock);
    free(files);
}

static const struct credentials_ops files_ops = { files_get, files_free };

enum status
credentials_files_new(struct credentials **out)
{
    struct files *files = calloc(1, sizeof(*files));
    if (files == NULL)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&files->lock, NULL) != 0) {
        free(files);
        return STATUS_NO_MEMORY;
    }
    files->source.ops = &files_ops;
    enum status st = shared_files_find(&files->shared);
    if (st != STATUS_OK) {
        files_free(&files->source);
        return st;
    }
    *out = &files->source;
    return STATUS_OK;
}
