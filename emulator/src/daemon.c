/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon.h"

#include "admin/admin.h"
#include "base/file.h"
#include "http/front.h"
#include "http/server.h"
#include "keys/root_key.h"
#include "keys/vault.h"
#include "net/listener.h"
#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    GRACE_MS = 5000,
    SEED_MAX = 4 * 1024 * 1024,
    THREADS_MIN = 2,
    THREADS_MAX = 4,
};

/* A port: what listens, and what answers. */
struct port {
    struct http_server *server;
    struct net_listener *listener;
    struct http_metrics metrics;
};

struct daemon {
    struct store *store;
    struct service *service;
    struct admin admin;
    struct net_loop *loop;
    struct port api, admin_port;
};

static enum status
open_store(
    const struct options *options, struct buf *problem, struct store **out)
{
    static const struct {
        enum status status;
        const char *text;
    } reasons[] = {
        { STATUS_BUSY, "another process uses it: stop that, or give another "
                       "folder with --data" },
        { STATUS_VERSION, "it was made by a newer kms-emulator: use that, or "
                          "give another folder with --data" },
        { STATUS_CORRUPT, "it is damaged, or no store: restore it, or give "
                          "another folder with --data" },
        { STATUS_DENIED, "permission denied: it must be a folder that this "
                         "user may write" },
        { STATUS_NOT_FOUND, "the folder above it does not exist" },
    };
    if (options->memory)
        return store_memory_new(out);
    enum status st = store_sqlite_new(options->data, out);
    if (st == STATUS_OK)
        return st;
    const char *text = status_text(st);
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == st)
            text = reasons[i].text;
    buf_say(problem, "data folder %s: %s", options->data, text);
    return st;
}

/* Empty for a store that keeps nothing: it needs no key that outlives it. */
static enum status
root_key_path(const struct options *options, struct buf *out)
{
    if (options->root_key != NULL)
        return buf_append_text(out, options->root_key);
    if (options->memory)
        return STATUS_OK;
    return buf_printf(out, "%s/root.key", options->data);
}

static enum status
load_root_key(
    struct store *store, const char *path, struct buf *problem, struct buf *key)
{
    struct random random = random_system();
    bool initialised = false;
    uint8_t *place;
    enum status st;
    if (path[0] != '\0') {
        st = vault_initialised(store, &initialised);
        return st == STATUS_OK
                   ? root_key_load(path, !initialised, &random, key, problem)
                   : st;
    }
    st = buf_extend(key, ROOT_KEY_LEN, &place);
    return st == STATUS_OK ? random_fill(&random, place, ROOT_KEY_LEN) : st;
}

static enum status
make_service(
    struct daemon *daemon, const struct options *options, struct buf *problem)
{
    struct buf path = { 0 }, key = { 0 };
    enum status st = root_key_path(options, &path);
    if (st == STATUS_OK)
        st = load_root_key(daemon->store, buf_text(&path), problem, &key);
    if (st != STATUS_OK)
        goto out;
    const struct service_options service = {
        .store = daemon->store,
        .resource_clock = clock_wall(),
        .wire_clock = clock_wall(),
        .random = random_system(),
        .root_key = buf_span(&key),
        .default_account = span_text(options->account),
        .default_region = span_text(options->region),
    };
    st = service_new(&service, &daemon->service);
    if (st == STATUS_AUTHENTIC)
        buf_say(problem,
            "root key %s: not the one of data folder %s: give "
            "that one with --root-key",
            buf_text(&path), options->data);
    else if (st != STATUS_OK)
        buf_say(problem, "data folder %s: %s", options->data, status_text(st));
out:
    buf_reset(&path);
    buf_reset(&key);
    return st;
}

static enum status
plant_seed(struct daemon *daemon, const char *path, struct buf *problem)
{
    struct buf json = { 0 }, reason = { 0 };
    if (path == NULL)
        return STATUS_OK;
    enum status st = file_read(path, SEED_MAX, &json);
    if (st == STATUS_OK)
        st = service_seed(daemon->service, buf_span(&json), &reason);
    if (st != STATUS_OK)
        buf_say(problem, "seed file %s: %s", path,
            reason.len > 0 ? buf_text(&reason) : status_text(st));
    buf_reset(&json);
    buf_reset(&reason);
    return st;
}

static enum status
open_port(struct daemon *daemon, const struct net_address *address,
    const struct http_options *options, const char *flag, struct buf *problem,
    struct port *port)
{
    struct buf text = { 0 };
    enum status st = http_server_new(options, daemon->loop, &port->server);
    if (st == STATUS_OK)
        st = net_listener_new(daemon->loop, address, http_server_take,
            port->server, &port->listener);
    if (st != STATUS_OK && net_address_format(address, &text) == STATUS_OK)
        buf_say(problem, "cannot listen on %s: %s (%s)", buf_text(&text),
            status_text(st), flag);
    buf_reset(&text);
    return st;
}

static unsigned
thread_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < THREADS_MIN)
        return THREADS_MIN;
    return cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

static enum status
open_ports(
    struct daemon *daemon, const struct options *options, struct buf *problem)
{
    const struct http_options api = {
        .handler = http_front_handle,
        .context = daemon->service,
        .metrics = &daemon->api.metrics,
        .random = random_system(),
        .limits = &http_limits_default,
        .threads = thread_count(),
    };
    const struct http_options admin = {
        .handler = admin_handle,
        .context = &daemon->admin,
        .metrics = &daemon->admin_port.metrics,
        .random = random_system(),
        .limits = &http_limits_default,
        .threads = 1,
    };
    daemon->admin = (struct admin){ daemon->service, &daemon->api.metrics };
    enum status st = net_loop_new(&daemon->loop);
    if (st == STATUS_OK)
        st = open_port(
            daemon, &options->listen, &api, "--listen", problem, &daemon->api);
    if (st == STATUS_OK && options->admin.len > 0)
        st = open_port(daemon, &options->admin, &admin, "--admin", problem,
            &daemon->admin_port);
    return st == STATUS_OK ? net_loop_start(daemon->loop) : st;
}

enum status
daemon_start(
    const struct options *options, struct buf *problem, struct daemon **out)
{
    struct daemon *daemon = calloc(1, sizeof(*daemon));
    if (daemon == NULL)
        return STATUS_NO_MEMORY;
    enum status st = open_store(options, problem, &daemon->store);
    if (st == STATUS_OK)
        st = make_service(daemon, options, problem);
    if (st == STATUS_OK)
        st = plant_seed(daemon, options->seed, problem);
    if (st == STATUS_OK)
        st = open_ports(daemon, options, problem);
    if (st != STATUS_OK) {
        if (problem->len == 0)
            buf_say(problem, "cannot start: %s", status_text(st));
        daemon_stop(daemon);
        return st;
    }
    *out = daemon;
    return STATUS_OK;
}

static enum status
port_url(const struct port *port, struct buf *out)
{
    if (port->listener == NULL)
        return STATUS_OK;
    enum status st = buf_append_text(out, "http://");
    return st == STATUS_OK
               ? net_address_format(net_listener_address(port->listener), out)
               : st;
}

enum status
daemon_url(const struct daemon *daemon, struct buf *out)
{
    return port_url(&daemon->api, out);
}

enum status
daemon_admin_url(const struct daemon *daemon, struct buf *out)
{
    return port_url(&daemon->admin_port, out);
}

void
daemon_stop(struct daemon *daemon)
{
    if (daemon == NULL)
        return;
    if (daemon->loop != NULL)
        net_loop_stop(daemon->loop);
    net_listener_free(daemon->admin_port.listener);
    net_listener_free(daemon->api.listener);
    if (daemon->admin_port.server != NULL)
        http_server_stop(daemon->admin_port.server, GRACE_MS);
    if (daemon->api.server != NULL)
        http_server_stop(daemon->api.server, GRACE_MS);
    http_server_free(daemon->admin_port.server);
    http_server_free(daemon->api.server);
    net_loop_free(daemon->loop);
    service_free(daemon->service);
    if (daemon->store != NULL)
        store_free(daemon->store);
    free(daemon);
}
