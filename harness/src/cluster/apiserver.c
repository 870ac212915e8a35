/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/apiserver.h"

#include "base/file.h"
#include "cluster/apiserver_files.h"
#include "cluster/klog.h"
#include "cluster/log_tail.h"
#include "cluster/wait.h"

#include <signal.h>
#include <stdlib.h>

enum {
    READY_TIMEOUT_MS = 180 * 1000, /* a shared machine may be very slow */
    LOG_MAX = 64 * 1024 * 1024,
    ARGUMENTS_MAX = 40,
};

struct apiserver {
    struct process *process; /* NULL between its end and a relaunch */
    struct kube_server server;
    struct apiserver_files files;
    /* Of the options, for relaunch: */
    struct buf program, etcd_endpoint, encryption_config, etcd_prefix;
    struct buf ready_url;
    bool reload, kms_v1;
};

const struct kube_server *
apiserver_server(const struct apiserver *apiserver)
{
    return &apiserver->server;
}

struct process *
apiserver_process(struct apiserver *apiserver)
{
    return apiserver->process;
}

const char *
apiserver_log(const struct apiserver *apiserver)
{
    return buf_text(&apiserver->files.log);
}

void
apiserver_free(struct apiserver *apiserver)
{
    if (apiserver == NULL)
        return;
    process_free(apiserver->process);
    apiserver_files_reset(&apiserver->files);
    buf_reset(&apiserver->program);
    buf_reset(&apiserver->etcd_endpoint);
    buf_reset(&apiserver->encryption_config);
    buf_reset(&apiserver->etcd_prefix);
    buf_reset(&apiserver->ready_url);
    free(apiserver);
}

static enum status
copy_text(const char *text, struct buf *copy)
{
    return text == NULL ? STATUS_OK : buf_append_text(copy, text);
}

static enum status
copy_options(struct apiserver *a, const struct apiserver_options *options)
{
    enum status st = copy_text(options->program, &a->program);

    a->reload = options->reload;
    a->kms_v1 = options->kms_v1;
    if (st == STATUS_OK)
        st = copy_text(options->etcd_endpoint, &a->etcd_endpoint);
    if (st == STATUS_OK)
        st = copy_text(options->encryption_config, &a->encryption_config);
    if (st == STATUS_OK)
        st = copy_text(options->etcd_prefix, &a->etcd_prefix);
    if (st == STATUS_OK)
        st = buf_printf(&a->ready_url, "%s%s", buf_text(&a->files.url),
            options->ready_path == NULL ? "/readyz" : options->ready_path);
    return st;
}

/* Adds what only some have, after `count` arguments. */
static void
add_optional(const struct apiserver *a, const char **argv, size_t count)
{
    if (a->encryption_config.len > 0) {
        argv[count++] = "--encryption-provider-config";
        argv[count++] = buf_text(&a->encryption_config);
    }
    if (a->reload)
        argv[count++] = "--encryption-provider-config-automatic-reload=true";
    if (a->etcd_prefix.len > 0) {
        argv[count++] = "--etcd-prefix";
        argv[count++] = buf_text(&a->etcd_prefix);
    }
    if (a->kms_v1)
        argv[count++] = "--feature-gates=KMSv1=true";
    argv[count] = NULL;
}

static enum status
run_program(struct apiserver *a)
{
    const struct apiserver_files *files = &a->files;
    const char *argv[ARGUMENTS_MAX] = { buf_text(&a->program), "--etcd-servers",
        buf_text(&a->etcd_endpoint), "--bind-address", "127.0.0.1",
        "--advertise-address", "127.0.0.1", "--secure-port", files->port,
        "--cert-dir", buf_text(&files->certificates), "--token-auth-file",
        buf_text(&files->tokens), "--service-account-key-file",
        buf_text(&files->signing_key), "--service-account-signing-key-file",
        buf_text(&files->signing_key), "--service-account-issuer",
        "https://kubernetes.default.svc", "--authorization-mode", "RBAC",
        "--service-cluster-ip-range", "10.0.0.0/24",
        "--endpoint-reconciler-type=none",
        "--disable-admission-plugins=ServiceAccount", "--profiling=false" };
    size_t count = 0;

    while (argv[count] != NULL)
        count++;
    add_optional(a, argv, count);
    struct process_options process = {
        .argv = argv,
        .log_file = buf_text(&files->log),
        .daemon = true,
    };
    return process_start(&process, &a->process);
}

/* Appends why it gave up, from its log. */
static enum status
append_refusal(const struct apiserver *a, struct buf *problem)
{
    struct buf log = { 0 };
    enum status st = file_read(apiserver_log(a), LOG_MAX, &log);

    if (st == STATUS_OK)
        st = klog_command_failed(buf_span(&log), problem);
    buf_reset(&log);
    return st;
}

static void
describe(const struct apiserver *a, enum status *st, struct buf *problem)
{
    bool ended = *st == STATUS_NOT_FOUND && a->process != NULL;

    buf_say(problem, "%s does not start: ", buf_text(&a->program));
    if (ended && append_refusal(a, problem) == STATUS_OK) {
        *st = STATUS_DENIED;
        return;
    }
    buf_say(problem, "%s",
        ended ? "it ended before it was ready" : status_text(*st));
    log_tail_say(apiserver_log(a), problem);
}

enum status
apiserver_await(struct apiserver *a, struct buf *problem)
{
    struct http_request request = {
        .url = buf_text(&a->ready_url),
        .ca_file = a->server.ca_file,
        .bearer_token = a->server.token,
        .timeout_ms = 5000,
    };
    enum status st = a->process == NULL ? STATUS_UNAVAILABLE
                                        : wait_until_ok(&request, a->process,
                                              READY_TIMEOUT_MS);

    if (st != STATUS_OK)
        describe(a, &st, problem);
    return st;
}

void
apiserver_stop(struct apiserver *apiserver)
{
    process_free(apiserver->process);
    apiserver->process = NULL;
}

void
apiserver_kill(struct apiserver *apiserver)
{
    if (apiserver->process != NULL)
        process_signal(apiserver->process, SIGKILL);
    apiserver_stop(apiserver);
}

enum status
apiserver_relaunch(struct apiserver *apiserver, struct buf *problem)
{
    apiserver_stop(apiserver);
    enum status st = run_program(apiserver);

    if (st != STATUS_OK)
        describe(apiserver, &st, problem);
    return st;
}

enum status
apiserver_launch(const struct apiserver_options *options,
    struct apiserver **out, struct buf *problem)
{
    struct apiserver *a = calloc(1, sizeof(*a));

    if (a == NULL)
        return STATUS_NO_MEMORY;
    enum status st = apiserver_files_init(&a->files, options->workspace,
        options->name == NULL ? "kube-apiserver" : options->name);
    if (st == STATUS_OK)
        st = copy_options(a, options);
    if (st == STATUS_OK)
        st = run_program(a);
    if (st != STATUS_OK) {
        describe(a, &st, problem);
        apiserver_free(a);
        return st;
    }
    a->server = (struct kube_server){
        .url = buf_text(&a->files.url),
        .ca_file = buf_text(&a->files.ca_file),
        .token = buf_text(&a->files.token),
    };
    *out = a;
    return STATUS_OK;
}

enum status
apiserver_start(const struct apiserver_options *options, struct apiserver **out,
    struct buf *problem)
{
    struct apiserver *a = NULL;
    enum status st = apiserver_launch(options, &a, problem);

    if (st == STATUS_OK)
        st = apiserver_await(a, problem);
    if (st == STATUS_OK)
        *out = a;
    else
        apiserver_free(a);
    return st;
}
