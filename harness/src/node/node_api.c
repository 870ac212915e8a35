/* SPDX-License-Identifier: Apache-2.0 */
#include "node/node_api.h"

#define ADMIN_CONF "/etc/kubernetes/admin.conf"

enum { API_PORT = 6443 };

void
node_api_reset(struct node_api *api)
{
    kubeconfig_files_reset(&api->files);
    api->server = (struct kube_server){ 0 };
}

/* admin.conf names the load balancer or a name inside of the network. */
static enum status
set_published_url(const struct engine *engine, const char *node,
    struct kubeconfig *config, struct buf *problem)
{
    struct buf address = { 0 };
    enum status st = engine_port(engine, node, API_PORT, &address, problem);

    buf_clear(&config->server);
    if (st == STATUS_OK)
        st = buf_printf(&config->server, "https://%s", buf_text(&address));
    buf_reset(&address);
    return st;
}

static enum status
write_files(const struct kubeconfig *config, const struct workspace *workspace,
    struct kubeconfig_files *files, struct buf *problem)
{
    enum status st =
        kubeconfig_files_write(config, workspace_path(workspace), files);

    if (st != STATUS_OK)
        buf_say(problem, "cannot write to %s: %s", workspace_path(workspace),
            status_text(st));
    return st;
}

enum status
node_api_open(const struct engine *engine, const char *node,
    const struct workspace *workspace, struct node_api *api,
    struct buf *problem)
{
    const char *const cat[] = { "cat", ADMIN_CONF, NULL };
    struct buf text = { 0 };
    struct kubeconfig config = { 0 };
    enum status st = engine_exec(
        engine, node, cat, (struct span){ NULL, 0 }, &text, problem);

    if (st == STATUS_OK)
        st = kubeconfig_parse(buf_span(&text), &config, problem);
    if (st == STATUS_OK)
        st = set_published_url(engine, node, &config, problem);
    if (st == STATUS_OK)
        st = write_files(&config, workspace, &api->files, problem);
    if (st == STATUS_OK)
        api->server = kubeconfig_server(&api->files);
    kubeconfig_reset(&config);
    buf_reset(&text);
    return st;
}
