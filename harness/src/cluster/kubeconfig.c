/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/kubeconfig.h"

#include "base/encode.h"
#include "base/file.h"
#include "k8s/yaml_tree.h"

void
kubeconfig_reset(struct kubeconfig *config)
{
    buf_reset(&config->server);
    buf_reset(&config->ca);
    buf_reset(&config->certificate);
    buf_reset(&config->key);
}

/* The member `of` of the entry of that name in a list of the file. */
static const struct yaml_node *
find_named(const struct yaml_node *root, const char *list, struct span name,
    const char *of)
{
    const struct yaml_node *entries = yaml_tree_member(root, list);

    for (size_t i = 0; entries != NULL && i < entries->item_count; i++)
        if (span_equal(yaml_tree_text(entries->items[i], "name"), name))
            return yaml_tree_member(entries->items[i], of);
    return NULL;
}

/* A member in base64 that must be there. */
static enum status
take(const struct yaml_node *node, const char *member, struct buf *out,
    struct buf *problem)
{
    struct span text = yaml_tree_text(node, member);

    if (text.len > 0 && base64_decode(text, out) == STATUS_OK)
        return STATUS_OK;
    buf_say(problem,
        text.len > 0 ? "its %s is not base64" : "its current context has no %s",
        member);
    return STATUS_INVALID;
}

static enum status
take_all(
    const struct yaml_node *root, struct kubeconfig *out, struct buf *problem)
{
    struct span name = yaml_tree_text(root, "current-context");
    const struct yaml_node *context =
        find_named(root, "contexts", name, "context");
    const struct yaml_node *cluster = find_named(
        root, "clusters", yaml_tree_text(context, "cluster"), "cluster");
    const struct yaml_node *user =
        find_named(root, "users", yaml_tree_text(context, "user"), "user");
    struct span server = yaml_tree_text(cluster, "server");

    if (server.len == 0) {
        buf_say(problem, "its current context has no server");
        return STATUS_INVALID;
    }
    enum status st = buf_append(&out->server, server);
    if (st == STATUS_OK)
        st = take(cluster, "certificate-authority-data", &out->ca, problem);
    if (st == STATUS_OK)
        st = take(user, "client-certificate-data", &out->certificate, problem);
    if (st == STATUS_OK)
        st = take(user, "client-key-data", &out->key, problem);
    return st;
}

enum status
kubeconfig_parse(struct span text, struct kubeconfig *out, struct buf *problem)
{
    struct yaml_tree *tree = NULL;
    struct kubeconfig config = { 0 };
    enum status st = yaml_tree_parse(text, false, &tree, problem);

    if (st == STATUS_OK)
        st = take_all(yaml_tree_root(tree), &config, problem);
    if (st == STATUS_OK)
        *out = config;
    else
        kubeconfig_reset(&config);
    yaml_tree_free(tree);
    return st;
}

enum status
kubeconfig_read(const char *path, struct kubeconfig *out, struct buf *problem)
{
    enum { FILE_MAX = 4 * 1024 * 1024 };
    struct buf text = { 0 }, why = { 0 };
    enum status st = file_read(path, FILE_MAX, &text);

    if (st == STATUS_OK)
        st = kubeconfig_parse(buf_span(&text), out, &why);
    if (st != STATUS_OK)
        buf_say(problem, "the kubeconfig %s cannot be used: %s", path,
            why.len > 0 ? buf_text(&why) : status_text(st));
    buf_reset(&text);
    buf_reset(&why);
    return st;
}

void
kubeconfig_files_reset(struct kubeconfig_files *files)
{
    buf_reset(&files->url);
    buf_reset(&files->ca_file);
    buf_reset(&files->cert_file);
    buf_reset(&files->key_file);
}

static enum status
write_file(const char *folder, const char *name, const struct buf *pem,
    struct buf *path)
{
    enum status st = buf_printf(path, "%s/%s", folder, name);

    return st == STATUS_OK ? file_replace(buf_text(path), 0600, buf_span(pem))
                           : st;
}

enum status
kubeconfig_files_write(const struct kubeconfig *config, const char *folder,
    struct kubeconfig_files *out)
{
    struct kubeconfig_files files = { 0 };
    enum status st = buf_append(&files.url, buf_span(&config->server));

    if (st == STATUS_OK)
        st = write_file(folder, "api-ca.pem", &config->ca, &files.ca_file);
    if (st == STATUS_OK)
        st = write_file(
            folder, "api-client.pem", &config->certificate, &files.cert_file);
    if (st == STATUS_OK)
        st = write_file(
            folder, "api-client-key.pem", &config->key, &files.key_file);
    if (st == STATUS_OK)
        *out = files;
    else
        kubeconfig_files_reset(&files);
    return st;
}

struct kube_server
kubeconfig_server(const struct kubeconfig_files *files)
{
    return (struct kube_server){ .url = buf_text(&files->url),
        .ca_file = buf_text(&files->ca_file),
        .cert_file = buf_text(&files->cert_file),
        .key_file = buf_text(&files->key_file) };
}
