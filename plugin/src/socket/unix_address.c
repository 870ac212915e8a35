/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* SOCK_CLOEXEC, SOCK_NONBLOCK */
#include "socket/unix_address.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

/* Takes "unix://" off; what is left must begin with a slash. */
static enum status
strip_url(struct span *text, bool *abstract)
{
    *abstract = span_starts_with(*text, SPAN_LITERAL("@"));
    if (!span_starts_with(*text, SPAN_LITERAL("unix://")))
        return STATUS_OK;
    struct span path = span_skip(*text, sizeof("unix://") - 1);
    if (!span_starts_with(path, SPAN_LITERAL("/")) || path.len < 2)
        return STATUS_INVALID;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '%' || path.ptr[i] == '?' || path.ptr[i] == '#')
            return STATUS_INVALID;
    *abstract = path.ptr[1] == '@';
    *text = *abstract ? span_skip(path, 1) : path;
    return STATUS_OK;
}

enum status
unix_address_parse(const char *given, struct unix_address *out)
{
    struct unix_address parsed = { .address.sun_family = AF_UNIX };
    struct span text = span_text(given);
    enum status st = strip_url(&text, &parsed.abstract);
    if (st != STATUS_OK || text.len < (parsed.abstract ? 2 : 1))
        return STATUS_INVALID;
    if (text.len > UNIX_ADDRESS_MAX)
        return STATUS_TOO_LARGE;
    memcpy(parsed.address.sun_path, text.ptr, text.len);
    /* The end of an abstract name is told by the length, that of a path by a
     * NUL. */
    size_t len = offsetof(struct sockaddr_un, sun_path) + text.len;
    parsed.len = (socklen_t)(parsed.abstract ? len : len + 1);
    if (parsed.abstract)
        parsed.address.sun_path[0] = '\0';
    *out = parsed;
    return STATUS_OK;
}

enum status
unix_address_of(int fd, struct unix_address *out)
{
    struct unix_address found = { .len = sizeof(found.address) };
    if (getsockname(fd, (struct sockaddr *)&found.address, &found.len) != 0)
        return status_from_errno(errno);
    const char *path = found.address.sun_path;
    size_t head = offsetof(struct sockaddr_un, sun_path);
    if (found.address.sun_family != AF_UNIX || found.len <= head + 1)
        return STATUS_NOT_FOUND;
    found.abstract = path[0] == '\0';
    /* A path that fills sun_path has no NUL. */
    if (!found.abstract &&
        (path[0] != '/' || strnlen(path, found.len - head) > UNIX_ADDRESS_MAX))
        return STATUS_NOT_FOUND;
    *out = found;
    return STATUS_OK;
}

const char *
unix_address_text(const struct unix_address *a, char room[UNIX_ADDRESS_MAX + 1])
{
    if (!a->abstract)
        return a->address.sun_path;
    size_t len = a->len - offsetof(struct sockaddr_un, sun_path);
    memcpy(room, a->address.sun_path, len);
    room[0] = '@';
    room[len] = '\0';
    return room;
}

bool
unix_address_equal(const struct unix_address *a, const struct unix_address *b)
{
    return a->len == b->len && a->abstract == b->abstract &&
           memcmp(a->address.sun_path, b->address.sun_path,
               sizeof(a->address.sun_path)) == 0;
}

int
unix_address_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

enum status
unix_address_is_free(const struct unix_address *a)
{
    int fd = unix_address_socket();
    if (fd < 0)
        return status_from_errno(errno);
    int failed = connect(fd, (const struct sockaddr *)&a->address, a->len);
    int error = failed ? errno : 0;
    (void)close(fd);
    switch (error) {
    case ECONNREFUSED:
    case ENOENT: /* removed meanwhile */
        return STATUS_OK;
    case EACCES:
    case EPERM:
        return STATUS_DENIED;
    default: /* connected, or alive with a full backlog */
        return STATUS_BUSY;
    }
}
