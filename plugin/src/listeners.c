/* SPDX-License-Identifier: Apache-2.0 */
#include "listeners.h"

#include "base/log.h"
#include "daemon/activation.h"
#include "http/http_listen.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct plain {
    char (*rooms)[UNIX_ADDRESS_MAX + 1];
    const char **texts;
};

static enum status
make_socket(const struct options *o, size_t index, struct unix_socket **out,
    struct buf *problem)
{
    const struct unix_socket_options options = {
        .address = o->listens.items[index],
        .mode = o->socket_mode,
        .owner = o->socket_owner,
        /* Who hands over does not tear away. */
        .replace_anything =
            o->behaviour->socket_path_is_cleared && !o->hand_over,
        .hand_over = o->hand_over,
    };
    enum status st = unix_socket_new(&options, out);
    if (st != STATUS_OK)
        buf_say(problem, "cannot listen on %s: %s", options.address,
            unix_socket_problem(st));
    return st;
}

static enum status
make_sockets(const struct options *o, struct listeners *l, struct buf *problem)
{
    enum status st = STATUS_OK;
    for (; l->count < o->listens.count && st == STATUS_OK; l->count++)
        st = make_socket(o, l->count, &l->sockets[l->count], problem);
    return st;
}

/* Also by two paths: /run and /var/run are one. */
static bool
is_same_socket(const struct unix_address *a, const struct unix_address *b)
{
    struct stat one, other;
    if (a->abstract || b->abstract)
        return unix_address_equal(a, b);
    return stat(a->address.sun_path, &one) == 0 &&
           stat(b->address.sun_path, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* By order it may have got one that is somewhere else. */
static void
warn_of_other_path(const char *listen, const struct unix_socket *s)
{
    const struct unix_address *served = unix_socket_address(s);
    struct unix_address said;
    char room[UNIX_ADDRESS_MAX + 1];
    if (unix_address_parse(listen, &said) == STATUS_OK &&
        is_same_socket(&said, served))
        return;
    log_event(LOG_WARN,
        "socket activation: another socket is served than --listen says",
        log_text("listen", listen),
        log_text("served", unix_address_text(served, room)));
}

static enum status
adopt_socket(const struct options *o, struct activation *passed,
    const char *const *paths, struct listeners *l, struct buf *problem)
{
    size_t index = l->count;
    int fd = activation_take(passed, paths, o->listens.count, index);
    if (fd < 0) {
        buf_say(problem,
            "socket activation: none of the sockets is for --listen=%s",
            o->listens.items[index]);
        return STATUS_INVALID;
    }
    enum status st =
        unix_socket_adopt(o->listens.items[index], fd, &l->sockets[index]);
    if (st == STATUS_OK)
        warn_of_other_path(o->listens.items[index], l->sockets[index]);
    else
        (void)close(fd);
    return st;
}

/* "/path" or "@name" of each --listen, in rooms that `texts` point to. */
static enum status
plain_addresses(const struct options *o, struct plain *out)
{
    struct unix_address address;
    enum status st = STATUS_OK;
    size_t count = o->listens.count;
    out->rooms = calloc(count, sizeof(*out->rooms));
    out->texts = calloc(count, sizeof(*out->texts));
    if (out->rooms == NULL || out->texts == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count && st == STATUS_OK; i++) {
        char room[UNIX_ADDRESS_MAX + 1];
        st = unix_address_parse(o->listens.items[i], &address);
        if (st == STATUS_OK)
            (void)snprintf(out->rooms[i], sizeof(out->rooms[i]), "%s",
                unix_address_text(&address, room));
        out->texts[i] = out->rooms[i];
    }
    return st;
}

/* Each --listen must get one, and each one must have a --listen: a mistake in
 * a unit is told, not worked around. */
static enum status
adopt_sockets(const struct options *o, struct activation *passed,
    struct listeners *l, struct buf *problem)
{
    struct plain plain = { 0 };
    enum status st = plain_addresses(o, &plain);
    for (; l->count < o->listens.count && st == STATUS_OK; l->count++)
        st = adopt_socket(o, passed, plain.texts, l, problem);
    if (activation_close(passed) > 0 && st == STATUS_OK) {
        buf_say(problem, "socket activation: more sockets than --listen");
        st = STATUS_INVALID;
    }
    free(plain.rooms);
    free(plain.texts);
    return st;
}

static enum status
open_sockets(const struct options *o, struct listeners *l, struct buf *problem)
{
    struct activation passed = { 0 };
    enum status st = activation_open(&passed, problem);
    if (st != STATUS_OK)
        return st;
    l->sockets = calloc(o->listens.count, sizeof(struct unix_socket *));
    if (l->sockets == NULL)
        return STATUS_NO_MEMORY;
    return passed.count > 0 ? adopt_sockets(o, &passed, l, problem)
                            : make_sockets(o, l, problem);
}

static enum status
open_health(const struct options *o, int *fd, struct buf *problem)
{
    enum status st =
        http_listen_open(buf_span(&o->health_port), o->hand_over, fd);
    if (st == STATUS_NOT_FOUND)
        buf_say(problem,
            "cannot listen on --health-port=%.200s: the host's name cannot be "
            "resolved",
            buf_text(&o->health_port));
    else if (st != STATUS_OK)
        buf_say(problem, "cannot listen on --health-port=%.200s: %s",
            buf_text(&o->health_port), status_text(st));
    return st;
}

enum status
listeners_open(
    const struct options *options, struct listeners *out, struct buf *problem)
{
    struct listeners l = { .health_fd = -1 };
    enum status st = open_sockets(options, &l, problem);
    if (st == STATUS_OK)
        st = open_health(options, &l.health_fd, problem);
    if (st == STATUS_OK)
        *out = l;
    else
        listeners_reset(&l);
    if (st != STATUS_OK && problem->len == 0)
        buf_say(problem, "cannot listen: %s", status_text(st));
    return st;
}

void
listeners_reset(struct listeners *l)
{
    for (size_t i = 0; i < l->count; i++)
        unix_socket_free(l->sockets[i]);
    free(l->sockets);
    if (l->health_fd >= 0)
        (void)close(l->health_fd);
    *l = (struct listeners){ .health_fd = -1 };
}
