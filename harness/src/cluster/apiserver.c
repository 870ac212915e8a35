/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/apiserver.h"

#include "base/encode.h"
#include "base/file.h"
#include "base/random.h"
#include "cluster/klog.h"
#include "cluster/log_tail.h"
#include "cluster/port.h"
#include "cluster/service_account_key.h"
#include "cluster/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READY_TIMEOUT_MS = 180 * 1000, /* a shared machine may be very slow */
    LOG_MAX = 64 * 1024 * 1024,
    TOKEN_LEN = 16,
    ARGUMENTS_MAX = 32,
};

struct apiserver {
    struct process *process;
    struct kube_server server;
    struct buf url, ca_file, token;
    struct buf certificates, tokens_file, signing_key, log;
    char port[8];
};

const struct kube_server *
apiserver_server(const struct apiserver *apiserver)
{
    return &apiserver->server;
}

void
apiserver_free(struct apiserver *apiserver)
{
    if (apiserver == NULL)
        return;
    process_free(apiserver->process);
    buf_reset(&apiserver->url);
    buf_reset(&apiserver->ca_file);
    buf_reset(&apiserver->token);
    buf_reset(&apiserver->certificates);
    buf_reset(&apiserver->tokens_file);
    buf_reset(&apiserver->signing_key);
    buf_reset(&apiserver->log);
    free(apiserver);
}

static enum status
write_token(struct apiserver *a)
{
    uint8_t bytes[TOKEN_LEN];
    struct buf line = { 0 };
    struct random random = random_system();
    enum status st = random_fill(&random, bytes, sizeof(bytes));

    if (st == STATUS_OK)
        st = hex_encode(span_of(bytes, sizeof(bytes)), &a->token);
    if (st == STATUS_OK)
        st = buf_printf(
            &line, "%s,admin,admin,\"system:masters\"\n", buf_text(&a->token));
    if (st == STATUS_OK)
        st = file_replace(buf_text(&a->tokens_file), 0600, buf_span(&line));
    buf_reset(&line);
    return st;
}

static enum status
choose_port(struct apiserver *a)
{
    uint16_t port = 0;
    enum status st = port_find_free(&port);

    if (st != STATUS_OK)
        return st;
    (void)snprintf(a->port, sizeof(a->port), "%u", (unsigned)port);
    return buf_printf(&a->url, "https://127.0.0.1:%s", a->port);
}

static enum status
prepare_files(struct apiserver *a, const struct workspace *workspace)
{
    enum status st = workspace_file(workspace, "pki", &a->certificates);

    if (st == STATUS_OK)
        st = workspace_file(workspace, "pki/apiserver.crt", &a->ca_file);
    if (st == STATUS_OK)
        st = workspace_file(workspace, "tokens.csv", &a->tokens_file);
    if (st == STATUS_OK)
        st = workspace_file(workspace, "sa.key", &a->signing_key);
    if (st == STATUS_OK)
        st = workspace_file(workspace, "kube-apiserver.log", &a->log);
    if (st != STATUS_OK)
        return st;
    /* What is there from an earlier start of the same cluster is kept. */
    (void)mkdir(buf_text(&a->certificates), 0700);
    if (access(buf_text(&a->signing_key), R_OK) != 0)
        st = service_account_key_write(buf_text(&a->signing_key));
    if (st == STATUS_OK)
        st = write_token(a);
    if (st == STATUS_OK)
        st = choose_port(a);
    /* The errors of an earlier start are not this one's. */
    (void)unlink(buf_text(&a->log));
    return st;
}

static enum status
run_program(struct apiserver *a, const struct apiserver_options *options)
{
    const char *argv[ARGUMENTS_MAX] = { options->program, "--etcd-servers",
        options->etcd_endpoint, "--bind-address", "127.0.0.1",
        "--advertise-address", "127.0.0.1", "--secure-port", a->port,
        "--cert-dir", buf_text(&a->certificates), "--token-auth-file",
        buf_text(&a->tokens_file), "--service-account-key-file",
        buf_text(&a->signing_key), "--service-account-signing-key-file",
        buf_text(&a->signing_key), "--service-account-issuer",
        "https://kubernetes.default.svc", "--authorization-mode", "RBAC",
        "--service-cluster-ip-range", "10.0.0.0/24",
        "--endpoint-reconciler-type=none",
        "--disable-admission-plugins=ServiceAccount", "--profiling=false" };
    size_t count = 0;

    while (argv[count] != NULL)
        count++;
    if (options->encryption_config != NULL) {
        argv[count++] = "--encryption-provider-config";
        argv[count++] = options->encryption_config;
    }
    if (options->etcd_prefix != NULL) {
        argv[count++] = "--etcd-prefix";
        argv[count++] = options->etcd_prefix;
    }
    if (options->kms_v1)
        argv[count++] = "--feature-gates=KMSv1=true";
    argv[count] = NULL;
    struct process_options process = {
        .argv = argv,
        .log_file = buf_text(&a->log),
        .daemon = true,
    };
    return process_start(&process, &a->process);
}

static enum status
wait_ready(struct apiserver *a, const char *path)
{
    struct buf url = { 0 };
    enum status st = buf_printf(
        &url, "%s%s", buf_text(&a->url), path == NULL ? "/readyz" : path);
    struct http_request request = {
        .url = buf_text(&url),
        .ca_file = buf_text(&a->ca_file),
        .bearer_token = buf_text(&a->token),
        .timeout_ms = 5000,
    };

    if (st == STATUS_OK)
        st = wait_until_ok(&request, a->process, READY_TIMEOUT_MS);
    buf_reset(&url);
    return st;
}

/* Appends why it gave up, from its log. */
static enum status
append_refusal(const struct apiserver *a, struct buf *problem)
{
    struct buf log = { 0 };
    enum status st = file_read(buf_text(&a->log), LOG_MAX, &log);

    if (st == STATUS_OK)
        st = klog_command_failed(buf_span(&log), problem);
    buf_reset(&log);
    return st;
}

static void
describe(const struct apiserver *a, const struct apiserver_options *options,
    enum status *st, struct buf *problem)
{
    bool ended = *st == STATUS_NOT_FOUND && a->process != NULL;

    buf_say(problem, "%s does not start: ", options->program);
    if (ended && append_refusal(a, problem) == STATUS_OK) {
        *st = STATUS_DENIED;
        return;
    }
    buf_say(problem, "%s",
        ended ? "it ended before it was ready" : status_text(*st));
    log_tail_say(buf_text(&a->log), problem);
}

enum status
apiserver_start(const struct apiserver_options *options, struct apiserver **out,
    struct buf *problem)
{
    struct apiserver *a = calloc(1, sizeof(*a));

    if (a == NULL)
        return STATUS_NO_MEMORY;
    enum status st = prepare_files(a, options->workspace);
    if (st == STATUS_OK)
        st = run_program(a, options);
    if (st == STATUS_OK)
        st = wait_ready(a, options->ready_path);
    if (st != STATUS_OK) {
        describe(a, options, &st, problem);
        apiserver_free(a);
        return st;
    }
    a->server = (struct kube_server){
        .url = buf_text(&a->url),
        .ca_file = buf_text(&a->ca_file),
        .token = buf_text(&a->token),
    };
    *out = a;
    return STATUS_OK;
}
