/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/kind_site_internal.h"

#include "base/file.h"
#include "kind/state.h"
#include "node/node_etcd.h"
#include "node/node_logs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
kind_site_free(struct kind_site *site)
{
    struct buf problem = { 0 };

    if (site == NULL)
        return;
    if (site->sockets.len > 0)
        (void)!kind_state_remove(buf_text(&site->sockets), &problem);
    buf_reset(&problem);
    buf_reset(&site->sockets);
    buf_reset(&site->inside);
    kubeconfig_files_reset(&site->api);
    node_programs_reset(&site->programs);
    buf_reset(&site->log);
    kind_record_reset(&site->record);
    free(site);
}

const char *
kind_site_node(const struct kind_site *site, size_t server)
{
    return buf_text(&site->record.control_planes.names[server]);
}

const char *
kind_site_sockets(const struct kind_site *site)
{
    return buf_text(&site->sockets);
}

struct kind_site_facts
kind_site_look(const struct kind_site *site)
{
    return (struct kind_site_facts){ buf_span(&site->programs.apiserver),
        buf_span(&site->programs.sha256), buf_span(&site->programs.etcd),
        buf_span(&site->record.image) };
}

enum status
kind_site_record(
    const char *cluster, struct kind_record *out, struct buf *problem)
{
    enum status st = kind_record_load(cluster, out, problem);

    if (st == STATUS_NOT_FOUND)
        buf_say(problem,
            "there is no cluster %s here: kmslab kind up --name %s --plugin "
            "none makes one",
            cluster, cluster);
    if (st != STATUS_OK)
        return st;
    if (!span_equal_text(buf_span(&out->plugin.kind), "none")) {
        buf_say(problem,
            "cluster %s has a plugin of its own, and a scenario brings one: "
            "make it with kmslab kind up --plugin none",
            cluster);
        st = STATUS_UNSUPPORTED;
        kind_record_reset(out);
    }
    return st;
}

/* What of this machine is mounted where the nodes look for sockets. */
static enum status
find_mount(const struct kind_site *site, struct buf *out, struct buf *problem)
{
    const char *const arguments[] = { "inspect", "--format",
        "{{range .Mounts}}{{if eq .Destination \"" KIND_SOCKET_FOLDER
        "\"}}{{.Source}}{{end}}{{end}}",
        kind_site_node(site, 0), NULL };
    struct buf printed = { 0 };
    enum status st = engine_ask(&site->engine, arguments, &printed, problem);
    struct span path = span_trim(buf_span(&printed));

    if (st == STATUS_OK && path.len == 0) {
        buf_say(problem,
            "no folder of this machine is mounted at " KIND_SOCKET_FOLDER
            " in %s: make the cluster with --socket-folder",
            kind_site_node(site, 0));
        st = STATUS_UNSUPPORTED;
    }
    if (st == STATUS_OK)
        st = buf_append(out, path);
    buf_reset(&printed);
    return st;
}

static enum status
make_sockets(struct kind_site *site, struct buf *problem)
{
    struct buf folder = { 0 }, path = { 0 };
    enum status st = find_mount(site, &folder, problem);

    if (st == STATUS_OK)
        st = buf_printf(&path, "%s/run-XXXXXX", buf_text(&folder));
    if (st == STATUS_OK && mkdtemp((char *)path.ptr) == NULL) {
        st = status_from_errno(errno);
        buf_say(problem, "%s: %s", buf_text(&folder), status_text(st));
    }
    if (st == STATUS_OK)
        st = buf_printf(&site->inside, KIND_SOCKET_FOLDER "%s",
            strrchr(buf_text(&path), '/'));
    if (st == STATUS_OK)
        buf_take(&site->sockets, &path);
    buf_reset(&folder);
    buf_reset(&path);
    return st;
}

static enum status
take_certificates(struct kind_site *site, const struct workspace *workspace,
    struct buf *problem)
{
    struct kubeconfig config = { 0 };
    enum status st =
        kubeconfig_read(buf_text(&site->record.kubeconfig), &config, problem);

    if (st == STATUS_OK)
        st = kubeconfig_files_write(
            &config, workspace_path(workspace), &site->api);
    kubeconfig_reset(&config);
    return st;
}

static enum status
check_size(const struct kind_site *site, size_t apiservers, struct buf *problem)
{
    size_t count = site->record.control_planes.count;

    if (count >= apiservers)
        return STATUS_OK;
    buf_say(problem, "it wants %zu control planes, and cluster %s has %zu",
        apiservers, buf_text(&site->record.name), count);
    return STATUS_UNSUPPORTED;
}

enum status
kind_site_open(const char *cluster, size_t apiservers,
    const struct workspace *workspace, struct kind_site **out,
    struct buf *problem)
{
    struct kind_site *site = calloc(1, sizeof(*site));

    if (site == NULL)
        return STATUS_NO_MEMORY;
    enum status st = kind_site_record(cluster, &site->record, problem);
    site->engine = engine_find(buf_text(&site->record.engine_program));
    if (st == STATUS_OK)
        st = check_size(site, apiservers, problem);
    if (st == STATUS_OK)
        st = take_certificates(site, workspace, problem);
    if (st == STATUS_OK)
        st = make_sockets(site, problem);
    if (st == STATUS_OK)
        *out = site;
    else
        kind_site_free(site);
    return st;
}

enum status
kind_site_url(const struct kind_site *site, size_t server, struct buf *url,
    struct buf *problem)
{
    enum { API_PORT = 6443 };
    struct buf address = { 0 };
    enum status st = engine_port(&site->engine, kind_site_node(site, server),
        API_PORT, &address, problem);

    if (st == STATUS_OK)
        st = buf_printf(url, "https://%s", buf_text(&address));
    buf_reset(&address);
    return st;
}

enum status
kind_site_clean(
    const struct engine *engine, const char *node, struct buf *problem)
{
    enum status st = node_apiserver_stop(engine, node, true, problem);

    if (st == STATUS_OK)
        st = node_etcd_delete_all(engine, node, KIND_SITE_KEYS, problem);
    return st == STATUS_OK
               ? node_etcd_delete_all(engine, node, KIND_SITE_PODS, problem)
               : st;
}

void
kind_site_identify(struct kind_site *site)
{
    if (site->programs.sha256.len == 0)
        node_programs_read(
            &site->engine, kind_site_node(site, 0), &site->programs);
}

void
kind_site_take_log(struct kind_site *site)
{
    enum { LINES_MAX = 100 * 1000 };
    struct engine engine = site->engine;
    struct span taken = span_skip(buf_span(&site->log), site->part);
    struct buf text = { 0 }, problem = { 0 };

    engine.to_the_end = true;
    /* What does not go on from there is of another pod. */
    if (node_logs_read(&engine, kind_site_node(site, 0), "kube-apiserver",
            LINES_MAX, &text, &problem) == STATUS_OK &&
        span_starts_with(buf_span(&text), taken))
        (void)!buf_append(&site->log, span_skip(buf_span(&text), taken.len));
    buf_reset(&text);
    buf_reset(&problem);
}

void
kind_site_write_log(struct kind_site *site, const struct workspace *workspace)
{
    struct buf path = { 0 };

    kind_site_take_log(site);
    if (workspace_file(workspace, "kube-apiserver.log", &path) == STATUS_OK)
        (void)!file_replace(buf_text(&path), 0600, buf_span(&site->log));
    buf_reset(&path);
}
