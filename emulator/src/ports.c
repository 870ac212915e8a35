/* SPDX-License-Identifier: Apache-2.0 */
#include "ports.h"

#include "admin/admin.h"
#include "http/front.h"

#include <stdlib.h>
#include <unistd.h>

enum { GRACE_MS = 5000, THREADS_MIN = 2, THREADS_MAX = 4 };

struct ports {
    struct net_loop *loop;
    struct net_transport *transport;
    struct net_tls *tls; /* NULL: none */
    struct admin admin;
    struct http_metrics api_metrics, admin_metrics;
    struct http_server *api, *admin_server;
    struct net_door *doors[PORT_NAMES];
};

static unsigned
thread_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < THREADS_MIN)
        return THREADS_MIN;
    return cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

static enum status
make_tls(
    struct ports *ports, const struct options *options, struct buf *problem)
{
    const struct options_tls *tls = &options->tls;
    struct buf folder = { 0 };
    if (tls->certificate != NULL)
        return net_tls_from_files(
            tls->certificate, tls->key, problem, &ports->tls);
    if (!tls->self_signed)
        return STATUS_OK;
    enum status st = tls->folder != NULL
                         ? buf_append_text(&folder, tls->folder)
                         : buf_printf(&folder, "%s/tls", options->data);
    if (st == STATUS_OK)
        st = net_tls_self_signed(buf_text(&folder), tls->names, tls->name_count,
            problem, &ports->tls);
    buf_reset(&folder);
    return st;
}

/* One listener; `flag` is where its address came from. */
static enum status
open_door(struct ports *ports, enum port_name name,
    const struct net_address *address, const struct net_door_options *options,
    const char *flag, struct buf *problem)
{
    struct buf text = { 0 };
    enum status st =
        net_door_new(ports->loop, address, options, &ports->doors[name]);
    if (st != STATUS_OK && net_address_format(address, &text) == STATUS_OK)
        buf_say(problem, "cannot listen on %s: %s (%s)", buf_text(&text),
            status_text(st), flag);
    buf_reset(&text);
    return st;
}

static enum status
open_api(struct ports *ports, const struct ports_options *options,
    struct buf *problem)
{
    const struct http_options http = {
        .handler = http_front_handle,
        .context = options->service,
        .metrics = &ports->api_metrics,
        .random = random_system(),
        .limits = &http_limits_default,
        .threads = thread_count(),
        .hooks = options->hooks,
        .raws = net_transport_raws(ports->transport),
    };
    const struct options_tls *tls = &options->options->tls;
    bool beside = tls->listen.len > 0;
    enum status st = http_server_new(&http, ports->loop, &ports->api);
    struct net_door_options door = {
        .relays = net_transport_relays(ports->transport),
        .faults = options->faults,
        .tls = beside ? NULL : ports->tls,
        .next = http_server_take,
        .next_context = ports->api,
    };
    if (st == STATUS_OK)
        st = open_door(ports, PORT_API, &options->options->listen, &door,
            "--listen", problem);
    door.tls = ports->tls;
    if (st == STATUS_OK && beside)
        st = open_door(
            ports, PORT_API_TLS, &tls->listen, &door, "--listen-tls", problem);
    return st;
}

static enum status
open_admin(struct ports *ports, const struct ports_options *options,
    struct buf *problem)
{
    const struct http_options http = {
        .handler = admin_handle,
        .context = &ports->admin,
        .metrics = &ports->admin_metrics,
        .random = random_system(),
        .limits = &http_limits_default,
        .threads = 1,
    };
    if (options->options->admin.len == 0)
        return STATUS_OK;
    ports->admin =
        (struct admin){ options->service, options->rules, &ports->api_metrics };
    enum status st = http_server_new(&http, ports->loop, &ports->admin_server);
    const struct net_door_options door = {
        .relays = net_transport_relays(ports->transport),
        .next = http_server_take,
        .next_context = ports->admin_server,
    };
    return st == STATUS_OK
               ? open_door(ports, PORT_ADMIN, &options->options->admin, &door,
                     "--admin", problem)
               : st;
}

enum status
ports_open(const struct ports_options *options, struct buf *problem,
    struct ports **out)
{
    struct ports *ports = calloc(1, sizeof(*ports));
    if (ports == NULL)
        return STATUS_NO_MEMORY;
    enum status st = make_tls(ports, options->options, problem);
    if (st == STATUS_OK)
        st = net_loop_new(&ports->loop);
    if (st == STATUS_OK)
        st = net_transport_new(&net_relays_default, &ports->transport);
    if (st == STATUS_OK)
        st = open_api(ports, options, problem);
    if (st == STATUS_OK)
        st = open_admin(ports, options, problem);
    if (st != STATUS_OK) {
        ports_close(ports);
        return st;
    }
    *out = ports;
    return STATUS_OK;
}

enum status
ports_serve(struct ports *ports)
{
    enum status st = net_transport_start(ports->transport);
    return st == STATUS_OK ? net_loop_start(ports->loop) : st;
}

enum status
ports_url(const struct ports *ports, enum port_name name, struct buf *out)
{
    const struct net_door *door = ports->doors[name];
    if (door == NULL)
        return STATUS_OK;
    enum status st =
        buf_append_text(out, net_door_is_tls(door) ? "https://" : "http://");
    return st == STATUS_OK ? net_address_format(net_door_address(door), out)
                           : st;
}

struct net_transport *
ports_transport(struct ports *ports)
{
    return ports->transport;
}

struct net_door *
ports_door(struct ports *ports, enum port_name name)
{
    return ports->doors[name];
}

void
ports_close(struct ports *ports)
{
    if (ports == NULL)
        return;
    if (ports->loop != NULL)
        net_loop_stop(ports->loop);
    for (size_t i = 0; i < PORT_NAMES; i++)
        if (ports->doors[i] != NULL)
            net_door_close(ports->doors[i]);
    if (ports->transport != NULL)
        net_transport_quiesce(ports->transport);
    if (ports->admin_server != NULL)
        http_server_stop(ports->admin_server, GRACE_MS);
    if (ports->api != NULL)
        http_server_stop(ports->api, GRACE_MS);
    if (ports->transport != NULL)
        net_transport_stop(ports->transport);
    for (size_t i = 0; i < PORT_NAMES; i++)
        net_door_free(ports->doors[i]);
    http_server_free(ports->admin_server);
    http_server_free(ports->api);
    net_transport_free(ports->transport);
    net_loop_free(ports->loop);
    net_tls_free(ports->tls);
    free(ports);
}
