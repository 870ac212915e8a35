/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* SO_DOMAIN */
#include "daemon/activation.h"

#include "base/num.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool
has_option(int fd, int option, int wanted)
{
    int value = 0;
    socklen_t len = sizeof(value);
    return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 &&
           value == wanted;
}

static const char *
unfit(int fd)
{
    if (fcntl(fd, F_GETFD) < 0)
        return "is not open";
    if (!has_option(fd, SO_DOMAIN, AF_UNIX))
        return "is not a unix socket";
    if (!has_option(fd, SO_TYPE, SOCK_STREAM))
        return "is not a stream socket (ListenStream=)";
    if (!has_option(fd, SO_ACCEPTCONN, 1))
        return "does not listen (Accept=no)";
    return NULL;
}

/* The index-th of the names that colons separate. */
static struct span
name_at(const char *names, size_t index)
{
    struct span rest = span_text(names), name = rest;
    for (size_t i = 0; i <= index; i++) {
        name = rest;
        if (!span_cut(rest, ':', &name, &rest))
            rest = (struct span){ NULL, 0 };
    }
    return name;
}

static enum status
check(size_t count, const char *names, struct buf *problem)
{
    for (size_t i = 0; i < count; i++) {
        int fd = ACTIVATION_FIRST + (int)i;
        const char *why = unfit(fd);
        if (why == NULL)
            continue;
        buf_say(problem, "socket activation: descriptor %d (%.*s) %s", fd,
            SPAN_ARG(name_at(names, i)), why);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status
read_count(int64_t *count, struct buf *problem)
{
    int64_t pid = 0;
    const char *whose = getenv("LISTEN_PID");
    const char *text = getenv("LISTEN_FDS");
    *count = 0;
    if (whose == NULL || text == NULL)
        return STATUS_OK;
    if (num_parse(span_text(whose), 1, INT32_MAX, &pid) == STATUS_OK &&
        pid != getpid())
        return STATUS_OK;
    if (pid == getpid() &&
        num_parse(span_text(text), 0, ACTIVATION_MAX, count) == STATUS_OK)
        return STATUS_OK;
    buf_say(problem,
        "socket activation: LISTEN_PID=%.20s LISTEN_FDS=%.20s is not valid: "
        "at most %d sockets",
        whose, text, ACTIVATION_MAX);
    return STATUS_INVALID;
}

enum status
activation_open(struct activation *out, struct buf *problem)
{
    int64_t count = 0;
    enum status st = read_count(&count, problem);
    if (st == STATUS_OK)
        st = check((size_t)count, getenv("LISTEN_FDNAMES"), problem);
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    if (st != STATUS_OK)
        return st;
    *out = (struct activation){ .count = (size_t)count };
    for (size_t i = 0; i < out->count; i++) {
        out->fds[i] = ACTIVATION_FIRST + (int)i;
        (void)fcntl(out->fds[i], F_SETFD, FD_CLOEXEC);
    }
    return STATUS_OK;
}

static bool
is_bound_to(int fd, const char *path)
{
    struct sockaddr_un address = { 0 };
    socklen_t len = sizeof(address);
    size_t head = offsetof(struct sockaddr_un, sun_path);
    if (fd < 0 || getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
        len <= head)
        return false;
    struct span bound = span_of(address.sun_path, len - head);
    if (path[0] == '@')
        return bound.ptr[0] == '\0' &&
               span_equal_text(span_skip(bound, 1), path + 1);
    bound.len = strnlen(address.sun_path, bound.len);
    return span_equal_text(bound, path);
}

static bool
is_named(int fd, const char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_bound_to(fd, paths[i]))
            return true;
    return false;
}

static int
take_at(struct activation *a, size_t at)
{
    int fd = a->fds[at];
    a->fds[at] = -1;
    return fd;
}

int
activation_take(struct activation *a, const char *const *paths,
    size_t path_count, size_t index)
{
    for (size_t i = 0; i < a->count; i++)
        if (is_bound_to(a->fds[i], paths[index]))
            return take_at(a, i);
    if (index < a->count && !is_named(a->fds[index], paths, path_count))
        return take_at(a, index);
    return -1;
}

size_t
activation_close(struct activation *a)
{
    size_t left = 0;
    for (size_t i = 0; i < a->count; i++)
        if (a->fds[i] >= 0) {
            (void)close(take_at(a, i));
            left++;
        }
    return left;
}
