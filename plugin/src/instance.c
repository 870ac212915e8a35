/* SPDX-License-Identifier: Apache-2.0 */
#include "instance.h"

#include "base/log.h"
#include "key_gauges.h"
#include "socket/acceptor.h"

#include <pthread.h>
#include <stdlib.h>

struct instance {
    struct crypt crypt;
    struct service service;
    struct identity *identity;
    struct coalesce *decrypts;
    struct health *health;
    struct key_gauges gauges;
    struct unix_socket *socket;
    pthread_mutex_t file_lock;
    struct unix_socket_file file; /* under it */
    bool hand_over;               /* does not change */
    int64_t renew_at_ms;          /* not before */
    _Atomic enum status renewed;  /* how the last try ended */
    struct rpc_server *server;
    struct acceptor *acceptor;
    _Atomic bool accepting, was_good;
};

/* All that needs no thread of its own. */
static enum status
prepare(struct instance *i, const struct instance_options *options)
{
    const struct identity_options identity = { options->key_id,
        options->crypt.key_id, clock_monotonic(), options->metrics };
    const struct coalesce_options decrypts = { &i->crypt,
        options->coalesce_decrypts, options->metrics };
    i->crypt = options->crypt;
    enum status st = identity_new(&identity, &i->identity);
    i->crypt.plain_errors = options->behaviour->codes_are_plain;
    i->service.behaviour = options->behaviour;
    i->crypt.identity = i->identity;
    if (st == STATUS_OK)
        st = coalesce_new(&decrypts, &i->decrypts);
    const struct health_options health = {
        .crypt = &i->crypt,
        .max_age_ms = options->health_cache_ms,
        .aep = options->aep_health,
    };
    if (st == STATUS_OK)
        st = health_new(&health, &i->health);
    if (st == STATUS_OK)
        st = key_gauges_add(
            &i->gauges, i->health, i->crypt.key_id, options->metrics);
    i->service.crypt = &i->crypt;
    i->service.health = i->health;
    i->service.decrypts = i->decrypts;
    i->service.status_failure = options->status_failure;
    return st;
}

static enum status
start_server(struct instance *i, int64_t beat_ms)
{
    const struct rpc_server_options server = {
        .methods = service_methods,
        .method_count = SERVICE_METHOD_COUNT,
        .context = &i->service,
        .message_max = i->service.behaviour->message_max,
        .beat_ms = beat_ms,
    };
    return rpc_server_new(&server, &i->server);
}

enum status
instance_new(const struct instance_options *options, struct instance **out,
    struct buf *problem)
{
    struct instance *i = calloc(1, sizeof(*i));
    if (i == NULL || pthread_mutex_init(&i->file_lock, NULL) != 0) {
        free(i);
        unix_socket_free(options->socket);
        return STATUS_NO_MEMORY;
    }
    i->socket = options->socket;
    i->file = unix_socket_file(i->socket);
    i->hand_over = options->hand_over;
    enum status st = prepare(i, options);
    if (st == STATUS_OK)
        st = start_server(i, options->beat_ms);
    if (st == STATUS_OK) {
        *out = i;
        return STATUS_OK;
    }
    buf_say(
        problem, "cannot serve on %s: %s", options->address, status_text(st));
    unix_socket_free(i->socket);
    instance_free(i);
    return st;
}

static void
take_connection(void *server, int fd)
{
    rpc_server_add_connection(server, fd);
}

enum status
instance_accept(struct instance *i)
{
    enum status st = health_start(i->health);
    if (st == STATUS_OK)
        st = acceptor_new(unix_socket_fd(i->socket), take_connection, i->server,
            &i->acceptor);
    i->accepting = st == STATUS_OK;
    return st;
}

struct health *
instance_health(const struct instance *i)
{
    return i->health;
}

const struct unix_address *
instance_address(const struct instance *i)
{
    return unix_socket_address(i->socket);
}

enum unix_socket_place
instance_place(struct instance *i)
{
    (void)pthread_mutex_lock(&i->file_lock);
    const struct unix_socket_file file = i->file;
    (void)pthread_mutex_unlock(&i->file_lock);
    return unix_socket_file_place(&file);
}

/* Takes it, also where it fails. Who came by the one before is served. */
static enum status
change_socket(struct instance *i, struct unix_socket *fresh)
{
    struct acceptor *acceptor = NULL;
    enum status st = acceptor_new(
        unix_socket_fd(fresh), take_connection, i->server, &acceptor);
    if (st != STATUS_OK) {
        unix_socket_free(fresh);
        return st;
    }
    acceptor_free(i->acceptor);
    unix_socket_free(i->socket);
    i->acceptor = acceptor;
    i->socket = fresh;
    (void)pthread_mutex_lock(&i->file_lock);
    i->file = unix_socket_file(fresh);
    (void)pthread_mutex_unlock(&i->file_lock);
    return STATUS_OK;
}

/* Once for each way in which it ends. */
static void
log_renewal(const struct instance *i, enum status st)
{
    if (st == STATUS_OK)
        log_event(LOG_WARN, "the socket's file was removed: it was made anew",
            log_text("path", i->file.path));
    else if (st != i->renewed)
        log_event(LOG_ERROR,
            "the socket's file was removed and cannot be made anew: clients "
            "cannot connect",
            log_text("path", i->file.path),
            log_text("cause", unix_socket_problem(st)));
}

void
instance_renew_socket(struct instance *i, int64_t now_ms)
{
    enum { AGAIN_MS = 3000 };
    struct unix_socket *fresh = NULL;
    if (!i->service.behaviour->socket_file_is_renewed || !i->accepting ||
        now_ms < i->renew_at_ms || !unix_socket_is_gone(i->socket))
        return;
    enum status st = unix_socket_renew(i->socket, &fresh);
    if (st == STATUS_OK)
        st = change_socket(i, fresh);
    log_renewal(i, st);
    i->renewed = st;
    i->renew_at_ms = now_ms + AGAIN_MS;
}

void
instance_describe_loss(struct instance *i, struct buf *out)
{
    enum unix_socket_place place = instance_place(i);
    const char *path = i->file.path;
    if (place == UNIX_SOCKET_ANOTHERS)
        buf_say(out, "another process listens at the socket's path, %s", path);
    else if (place == UNIX_SOCKET_BLOCKED)
        buf_say(out,
            "the socket's file was replaced: remove what lies at %s, or restart "
            "the plugin",
            path);
    else if (i->renewed != STATUS_OK)
        buf_say(out,
            "the socket's file was removed and cannot be made anew: %s",
            unix_socket_problem(i->renewed));
    else
        buf_say(out, "the socket's file, %s, was removed", path);
}

bool
instance_waits(const struct instance *i)
{
    return unix_socket_waits(i->socket);
}

enum status
instance_take_over(struct instance *i)
{
    return unix_socket_take_over(i->socket);
}

bool
instance_is_reachable(struct instance *i)
{
    enum unix_socket_place place = instance_place(i);
    return place == UNIX_SOCKET_OURS ||
           (i->hand_over && place == UNIX_SOCKET_ANOTHERS);
}

bool
instance_is_accepting(const struct instance *i)
{
    return i->accepting;
}

bool
instance_was_good(const struct instance *i)
{
    return i->was_good;
}

void
instance_set_good(struct instance *i)
{
    i->was_good = true;
}

struct span
instance_key(const struct instance *i)
{
    return i->crypt.key_id;
}

bool
instance_is_alive(const struct instance *i, int64_t within_ms)
{
    return rpc_server_is_alive(i->server, within_ms);
}

void
instance_refuse(struct instance *i)
{
    i->accepting = false;
    acceptor_free(i->acceptor);
    i->acceptor = NULL;
    unix_socket_free(i->socket);
    i->socket = NULL;
}

enum status
instance_stop(struct instance *i, int64_t grace_ms, int64_t cancel_ms)
{
    enum status st = rpc_server_stop(i->server, grace_ms, cancel_ms);
    health_stop(i->health);
    return st;
}

void
instance_free(struct instance *i)
{
    if (i == NULL)
        return;
    rpc_server_free(i->server);
    health_free(i->health);
    coalesce_free(i->decrypts);
    identity_free(i->identity);
    (void)pthread_mutex_destroy(&i->file_lock);
    free(i);
}
