/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/etcd_process.h"

#include "cluster/log_tail.h"
#include "cluster/port.h"
#include "cluster/wait.h"
#include "process/process.h"

#include <stdlib.h>

enum { READY_TIMEOUT_MS = 60 * 1000 };

struct etcd_process {
    struct process *process;
    struct etcd_server server;
    struct buf endpoint, peer, cluster, data, log;
};

const struct etcd_server *
etcd_process_server(const struct etcd_process *etcd)
{
    return &etcd->server;
}

void
etcd_process_free(struct etcd_process *etcd)
{
    if (etcd == NULL)
        return;
    process_free(etcd->process);
    buf_reset(&etcd->endpoint);
    buf_reset(&etcd->peer);
    buf_reset(&etcd->cluster);
    buf_reset(&etcd->data);
    buf_reset(&etcd->log);
    free(etcd);
}

static enum status
append_url(struct buf *url)
{
    uint16_t port = 0;
    enum status st = port_find_free(&port);

    if (st != STATUS_OK)
        return st;
    return buf_printf(url, "http://127.0.0.1:%u", (unsigned)port);
}

static enum status
choose_places(struct etcd_process *etcd, const struct workspace *workspace,
    const char *name)
{
    enum status st = append_url(&etcd->endpoint);

    if (st == STATUS_OK)
        st = append_url(&etcd->peer);
    if (st == STATUS_OK)
        st = buf_printf(&etcd->cluster, "default=%s", buf_text(&etcd->peer));
    if (st == STATUS_OK)
        st = workspace_file(workspace, name, &etcd->data);
    if (st == STATUS_OK)
        st = buf_printf(&etcd->log, "%s.log", buf_text(&etcd->data));
    return st;
}

static enum status
run_program(struct etcd_process *etcd, const char *program)
{
    const char *const argv[] = { program, "--data-dir", buf_text(&etcd->data),
        "--listen-client-urls", buf_text(&etcd->endpoint),
        "--advertise-client-urls", buf_text(&etcd->endpoint),
        "--listen-peer-urls", buf_text(&etcd->peer),
        "--initial-advertise-peer-urls", buf_text(&etcd->peer),
        "--initial-cluster", buf_text(&etcd->cluster), "--unsafe-no-fsync",
        NULL };
    struct process_options options = {
        .argv = argv,
        .log_file = buf_text(&etcd->log),
        .daemon = true,
    };
    return process_start(&options, &etcd->process);
}

static enum status
wait_ready(struct etcd_process *etcd)
{
    struct buf url = { 0 };
    enum status st = buf_printf(&url, "%s/health", buf_text(&etcd->endpoint));
    struct http_request request = { .url = buf_text(&url), .timeout_ms = 2000 };

    if (st == STATUS_OK)
        st = wait_until_ok(&request, etcd->process, READY_TIMEOUT_MS);
    buf_reset(&url);
    return st;
}

enum status
etcd_process_start(const char *program, const struct workspace *workspace,
    const char *name, struct etcd_process **out, struct buf *problem)
{
    struct etcd_process *etcd = calloc(1, sizeof(*etcd));

    if (etcd == NULL)
        return STATUS_NO_MEMORY;
    enum status st = choose_places(etcd, workspace, name);
    if (st == STATUS_OK)
        st = run_program(etcd, program);
    if (st == STATUS_OK)
        st = wait_ready(etcd);
    if (st != STATUS_OK) {
        buf_say(problem, "%s does not start: %s", program, status_text(st));
        log_tail_say(buf_text(&etcd->log), problem);
        etcd_process_free(etcd);
        return st;
    }
    etcd->server.endpoint = buf_text(&etcd->endpoint);
    *out = etcd;
    return STATUS_OK;
}
