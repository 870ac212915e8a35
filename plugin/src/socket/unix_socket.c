/* SPDX-License-Identifier: Apache-2.0 */
#include "socket/unix_socket.h"

#include "socket/folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

struct unix_socket {
    int fd;
    struct unix_address address;  /* where it shall be found */
    struct unix_socket_file file; /* where its file is; inode 0: none */
    bool waits;                   /* it is beside the path */
    bool borrowed;                /* the file is another's to remove */
    mode_t mode;                  /* as in struct unix_socket_options */
    struct socket_owner owner;
};

/* Makes the path free, if that harms nobody. */
static enum status
clear_stale(const struct unix_address *a)
{
    struct stat there;
    if (lstat(a->address.sun_path, &there) != 0)
        return errno == ENOENT ? STATUS_OK : status_from_errno(errno);
    if (!S_ISSOCK(there.st_mode))
        return STATUS_EXISTS;
    enum status st = unix_address_is_free(a);
    if (st != STATUS_OK)
        return st;
    if (unlink(a->address.sun_path) != 0 && errno != ENOENT)
        return status_from_errno(errno);
    return STATUS_OK;
}

static enum status
clear_anything(const struct unix_address *a)
{
    return remove(a->address.sun_path) == 0 || errno == ENOENT
               ? STATUS_OK
               : status_from_errno(errno);
}

/* The mode comes from the umask: a file's permissions cannot be changed by its
 * descriptor, and by its path they might be another's. */
static enum status
bind_with_mode(int fd, const struct unix_address *at, mode_t mode)
{
    enum status st = STATUS_OK;
    mode_t before = mode == 0 ? 0 : umask(0777 & ~mode);
    if (bind(fd, (const struct sockaddr *)&at->address, at->len) != 0)
        st = errno == EADDRINUSE ? STATUS_BUSY : status_from_errno(errno);
    if (mode != 0)
        (void)umask(before);
    return st;
}

static void
note_file(struct unix_socket *s, const char *path)
{
    struct stat made;
    if (lstat(path, &made) != 0)
        return; /* removed already */
    (void)snprintf(s->file.path, sizeof(s->file.path), "%s", path);
    s->file.device = made.st_dev;
    s->file.inode = made.st_ino;
}

static enum status
claim_file(
    struct unix_socket *s, const char *path, const struct socket_owner *owner)
{
    note_file(s, path);
    if (owner->given && lchown(path, owner->user, owner->group) != 0)
        return status_from_errno(errno);
    return STATUS_OK;
}

/* Nobody can connect before it listens. */
static enum status
bind_and_listen(struct unix_socket *s, const struct unix_address *at)
{
    s->fd = unix_address_socket();
    if (s->fd < 0)
        return status_from_errno(errno);
    enum status st = bind_with_mode(s->fd, at, s->mode);
    if (st == STATUS_OK && !at->abstract)
        st = claim_file(s, at->address.sun_path, &s->owner);
    if (st == STATUS_OK && listen(s->fd, BACKLOG) != 0)
        st = status_from_errno(errno);
    return st;
}

/* ".NAME.next" in the same folder: one name, so that what a newcomer who died
 * left behind is cleared by the next. */
static enum status
address_beside(const struct unix_address *a, struct unix_address *out)
{
    const char *path = a->address.sun_path;
    const char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    char text[UNIX_ADDRESS_MAX + sizeof("..next")];
    int len = snprintf(
        text, sizeof(text), "%.*s.%s.next", (int)folder, path, path + folder);
    if (len < 0 || (size_t)len >= sizeof(text))
        return STATUS_TOO_LARGE;
    return unix_address_parse(text, out);
}

static enum status
listen_beside(struct unix_socket *s)
{
    struct unix_address beside;
    enum status st = address_beside(&s->address, &beside);
    if (st == STATUS_OK)
        st = clear_stale(&beside);
    if (st == STATUS_OK)
        st = bind_and_listen(s, &beside);
    s->waits = st == STATUS_OK;
    return st;
}

static enum status
listen_at_path(struct unix_socket *s, const struct unix_socket_options *options)
{
    int lock = -1;
    enum status st = folder_lock_take(s->address.address.sun_path, &lock);
    if (st != STATUS_OK)
        return st;
    st = options->replace_anything ? clear_anything(&s->address)
                                   : clear_stale(&s->address);
    if (st == STATUS_OK)
        st = bind_and_listen(s, &s->address);
    else if (st == STATUS_BUSY && options->hand_over)
        st = listen_beside(s);
    folder_lock_drop(lock);
    return st;
}

static struct unix_socket *
socket_for(const struct unix_address *address)
{
    struct unix_socket *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;
    s->fd = -1;
    s->address = *address;
    return s;
}

enum status
unix_socket_new(
    const struct unix_socket_options *options, struct unix_socket **out)
{
    struct unix_address address;
    enum status st = unix_address_parse(options->address, &address);
    if (st != STATUS_OK)
        return st;
    struct unix_socket *s = socket_for(&address);
    if (s == NULL)
        return STATUS_NO_MEMORY;
    s->mode = options->mode;
    s->owner = options->owner;
    st = address.abstract ? bind_and_listen(s, &address)
                          : listen_at_path(s, options);
    if (st == STATUS_OK)
        *out = s;
    else
        unix_socket_free(s);
    return st;
}

enum status
unix_socket_adopt(const char *text, int fd, struct unix_socket **out)
{
    struct unix_address address;
    enum status st = unix_address_parse(text, &address);
    if (st != STATUS_OK)
        return st;
    struct unix_address bound;
    if (unix_address_of(fd, &bound) == STATUS_OK)
        address = bound;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return status_from_errno(errno);
    struct unix_socket *s = socket_for(&address);
    if (s == NULL)
        return STATUS_NO_MEMORY;
    s->fd = fd;
    s->borrowed = true;
    if (!address.abstract)
        note_file(s, address.address.sun_path);
    *out = s;
    return STATUS_OK;
}

bool
unix_socket_is_gone(const struct unix_socket *s)
{
    struct stat there;
    return s->file.inode != 0 && !s->borrowed && !s->waits &&
           lstat(s->file.path, &there) != 0 &&
           (errno == ENOENT || errno == ENOTDIR);
}

enum status
unix_socket_renew(const struct unix_socket *s, struct unix_socket **out)
{
    int lock = -1;
    struct unix_socket *fresh = socket_for(&s->address);
    if (fresh == NULL)
        return STATUS_NO_MEMORY;
    fresh->mode = s->mode;
    fresh->owner = s->owner;
    enum status st = folder_lock_take(s->address.address.sun_path, &lock);
    if (st == STATUS_OK) {
        st = bind_and_listen(fresh, &s->address);
        folder_lock_drop(lock);
    }
    if (st == STATUS_OK)
        *out = fresh;
    else
        unix_socket_free(fresh);
    return st;
}

const struct unix_address *
unix_socket_address(const struct unix_socket *s)
{
    return &s->address;
}

bool
unix_socket_waits(const struct unix_socket *s)
{
    return s->waits;
}

enum status
unix_socket_take_over(struct unix_socket *s)
{
    int lock = -1;
    struct stat there;
    const char *path = s->address.address.sun_path;
    if (!s->waits)
        return STATUS_OK;
    enum status st = folder_lock_take(path, &lock);
    if (st != STATUS_OK)
        return st;
    if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode))
        st = STATUS_EXISTS;
    else if (rename(s->file.path, path) != 0)
        st = status_from_errno(errno);
    folder_lock_drop(lock);
    if (st != STATUS_OK)
        return st;
    (void)snprintf(s->file.path, sizeof(s->file.path), "%s", path);
    s->waits = false;
    return STATUS_OK;
}

static bool
is_ours(const struct unix_socket_file *file, const struct stat *there)
{
    return S_ISSOCK(there->st_mode) && there->st_dev == file->device &&
           there->st_ino == file->inode;
}

enum unix_socket_place
unix_socket_file_place(const struct unix_socket_file *file)
{
    struct stat there;
    struct unix_address address;
    if (file->inode == 0)
        return UNIX_SOCKET_OURS;
    if (lstat(file->path, &there) != 0)
        return errno == ENOENT || errno == ENOTDIR ? UNIX_SOCKET_GONE
                                                   : UNIX_SOCKET_BLOCKED;
    if (is_ours(file, &there))
        return UNIX_SOCKET_OURS;
    bool alive = S_ISSOCK(there.st_mode) &&
                 unix_address_parse(file->path, &address) == STATUS_OK &&
                 unix_address_is_free(&address) == STATUS_BUSY;
    return alive ? UNIX_SOCKET_ANOTHERS : UNIX_SOCKET_BLOCKED;
}

struct unix_socket_file
unix_socket_file(const struct unix_socket *s)
{
    struct unix_socket_file file = s->file;
    memcpy(file.path, s->address.address.sun_path, sizeof(file.path));
    return file;
}

const char *
unix_socket_problem(enum status status)
{
    static const struct {
        enum status status;
        const char *text;
    } problems[] = {
        { STATUS_INVALID, "it must be /PATH, unix:///PATH or @NAME" },
        { STATUS_TOO_LARGE, "the path is longer than 107 characters" },
        { STATUS_NOT_FOUND, "its folder does not exist: create it" },
        { STATUS_EXISTS, "something that is not a socket is there, and is left "
                         "alone: remove it or choose another path" },
        { STATUS_BUSY, "another process listens there: stop it or choose "
                       "another path" },
        { STATUS_DENIED, "no permission" },
    };
    for (size_t i = 0; i < ARRAY_LEN(problems); i++)
        if (problems[i].status == status)
            return problems[i].text;
    return status_text(status);
}

int
unix_socket_fd(const struct unix_socket *s)
{
    return s->fd;
}

static void
remove_file(const struct unix_socket_file *file)
{
    int lock = -1;
    struct stat there;
    enum status locked = folder_lock_take(file->path, &lock);
    /* Without the lock too: what is ours is removed, and between the look and
     * the removal only one who ignores the lock can come. */
    if ((locked == STATUS_OK || locked == STATUS_BUSY) &&
        lstat(file->path, &there) == 0 && is_ours(file, &there))
        (void)unlink(file->path);
    if (lock >= 0)
        folder_lock_drop(lock);
}

void
unix_socket_free(struct unix_socket *s)
{
    if (s == NULL)
        return;
    if (s->file.inode != 0 && !s->borrowed)
        remove_file(&s->file);
    if (s->fd >= 0)
        (void)close(s->fd);
    free(s);
}
