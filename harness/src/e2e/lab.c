/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/lab.h"

#include "base/file.h"
#include "cluster/etcd_process.h"
#include "services/emulator.h"
#include "services/plugin.h"

#include <stdlib.h>

struct lab {
    struct lab_options options;
    struct emulator *emulator;
    struct plugin *plugin;
    struct etcd_process *etcd;
    struct apiserver *apiserver;
    struct buf key_arn;
    struct buf socket, endpoint;
    struct buf configuration; /* path */
    bool kms_v1;
};

void
lab_free(struct lab *lab)
{
    if (lab == NULL)
        return;
    apiserver_free(lab->apiserver);
    etcd_process_free(lab->etcd);
    plugin_free(lab->plugin);
    emulator_free(lab->emulator);
    buf_reset(&lab->key_arn);
    buf_reset(&lab->socket);
    buf_reset(&lab->endpoint);
    buf_reset(&lab->configuration);
    free(lab);
}

static enum status
start_emulator(struct lab *lab, struct buf *problem)
{
    struct emulator_options options = { 0 };
    enum status st = emulator_start(
        lab->options.workspace, &options, &lab->emulator, problem);

    if (st != STATUS_OK)
        return st;
    struct kms_account account = emulator_account(lab->emulator);
    return kms_create_key(&account, "kmslab e2e", &lab->key_arn, problem);
}

void
lab_stop_plugin(struct lab *lab)
{
    plugin_free(lab->plugin);
    lab->plugin = NULL;
}

enum status
lab_start_plugin(struct lab *lab, const char *program, struct buf *problem)
{
    struct plugin_options options = {
        .account = emulator_account(lab->emulator),
        .key = buf_text(&lab->key_arn),
        .socket = buf_text(&lab->socket),
        .program = program,
    };
    return plugin_start(
        lab->options.workspace, &options, &lab->plugin, problem);
}

enum status
lab_follow_key(struct lab *lab, struct buf *problem)
{
    struct buf arn = { 0 };
    struct plugin_options options = {
        .account = emulator_account(lab->emulator),
        .key = LAB_ALIAS,
        .socket = buf_text(&lab->socket),
        .health_cache = "1s",
        .key_id = "material",
    };
    enum status st =
        kms_ensure_alias(&options.account, LAB_ALIAS, &arn, problem);

    lab_stop_plugin(lab);
    if (st == STATUS_OK)
        st = plugin_start(
            lab->options.workspace, &options, &lab->plugin, problem);
    buf_reset(&arn);
    return st;
}

struct kms_account
lab_account(const struct lab *lab)
{
    return emulator_account(lab->emulator);
}

const char *
lab_first_plugin(const struct lab *lab)
{
    return lab->options.plugin;
}

static enum status
choose_paths(struct lab *lab)
{
    const struct workspace *workspace = lab->options.workspace;
    enum status st = workspace_file(workspace, "enc.yaml", &lab->configuration);

    if (st == STATUS_OK)
        st = workspace_file(workspace, "kms.sock", &lab->socket);
    if (st == STATUS_OK)
        st = buf_printf(&lab->endpoint, "unix://%s", buf_text(&lab->socket));
    return st;
}

enum status
lab_new(
    const struct lab_options *options, struct lab **out, struct buf *problem)
{
    struct lab *lab = calloc(1, sizeof(*lab));

    if (lab == NULL)
        return STATUS_NO_MEMORY;
    lab->options = *options;
    enum status st = choose_paths(lab);
    if (st == STATUS_OK)
        st = start_emulator(lab, problem);
    if (st == STATUS_OK)
        st = lab_start_plugin(lab, options->plugin, problem);
    if (st == STATUS_OK)
        st = etcd_process_start(options->etcd, options->workspace,
            options->name, &lab->etcd, problem);
    if (st != STATUS_OK) {
        lab_free(lab);
        return st;
    }
    *out = lab;
    return STATUS_OK;
}

static enum status
write_configuration(struct lab *lab, const char *providers)
{
    struct buf text = { 0 };
    enum status st = buf_printf(&text,
        "apiVersion: apiserver.config.k8s.io/v1\n"
        "kind: EncryptionConfiguration\n"
        "resources:\n"
        "- resources:\n"
        "  - secrets\n"
        "  providers:\n"
        "%s",
        providers);

    if (st == STATUS_OK)
        st = file_replace(buf_text(&lab->configuration), 0600, buf_span(&text));
    buf_reset(&text);
    return st;
}

enum status
lab_restart(struct lab *lab, const char *providers, struct buf *problem)
{
    struct apiserver_options options = {
        .program = lab->options.apiserver,
        .etcd_endpoint = lab_etcd(lab)->endpoint,
        .workspace = lab->options.workspace,
        .kms_v1 = lab->kms_v1,
    };
    enum status st = STATUS_OK;

    apiserver_free(lab->apiserver);
    lab->apiserver = NULL;
    if (providers != NULL) {
        options.encryption_config = buf_text(&lab->configuration);
        st = write_configuration(lab, providers);
    }
    if (st == STATUS_OK)
        st = apiserver_start(&options, &lab->apiserver, problem);
    return st;
}

void
lab_allow_kms_v1(struct lab *lab)
{
    lab->kms_v1 = true;
}

enum status
lab_try_configuration(struct lab *lab, const char *file, const char *name,
    bool kms_v1, struct buf *words)
{
    struct apiserver *tried = NULL;
    struct buf prefix = { 0 };
    enum status st = buf_printf(&prefix, "/%s", name);
    struct apiserver_options options = {
        .program = lab->options.apiserver,
        .etcd_endpoint = lab_etcd(lab)->endpoint,
        .workspace = lab->options.workspace,
        .encryption_config = file,
        .kms_v1 = kms_v1,
        /* /readyz would wait for plugins that are not there. */
        .ready_path = "/livez",
        .etcd_prefix = buf_text(&prefix),
    };

    if (st == STATUS_OK)
        st = apiserver_start(&options, &tried, words);
    apiserver_free(tried);
    buf_reset(&prefix);
    return st;
}

const struct kube_server *
lab_kube(const struct lab *lab)
{
    return apiserver_server(lab->apiserver);
}

const struct etcd_server *
lab_etcd(const struct lab *lab)
{
    return etcd_process_server(lab->etcd);
}

const char *
lab_plugin_endpoint(const struct lab *lab)
{
    return buf_text(&lab->endpoint);
}

const char *
lab_key_arn(const struct lab *lab)
{
    return buf_text(&lab->key_arn);
}
