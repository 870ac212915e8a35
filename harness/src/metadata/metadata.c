/* SPDX-License-Identifier: Apache-2.0 */
#include "metadata/metadata.h"

#include "base/encode.h"
#include "base/file.h"
#include "base/num.h"
#include "base/random.h"
#include "metadata/metadata_report.h"
#include "metadata/services.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"
#include "process/workspace.h"

#include <stdio.h>

enum { LOOK_MS = 1000, SSO_SECONDS_MAX = 90 * 24 * 3600 };

const char metadata_usage[] =
    "usage: kmslab metadata --emulator URL [OPTION...]\n"
    "\n"
    "Serves, on one port of 127.0.0.1, what AWS SDKs ask for credentials:\n"
    "instance metadata (IMDSv2), container credentials (EKS Pod Identity, ECS)\n"
    "and IAM Identity Center (SSO portal and OIDC). The credentials are sessions\n"
    "of the STS of the kms-emulator at URL: they verify there and they expire.\n"
    "Prints the variables to set, and runs until it is stopped.\n"
    "\n"
    "  --role NAME     whose sessions are handed out (kmslab)\n"
    "  --account N     12 digits: the role's account (000000000000)\n"
    "  --region R      the Region that instance metadata tells (us-east-1)\n"
    "  --port N        the port (a free one)\n"
    "  --imds-v1       instance metadata without a token, too\n"
    "  --authorization-file FILE\n"
    "                  what containers must send, read anew for each request\n"
    "                  (a new file with a random token)\n"
    "  --sso-seconds N how long an SSO access token is good for (28800)\n"
    "  --misbehave ENDPOINT:KIND[*N],...\n"
    "                  what goes wrong, for the next N requests or always.\n"
    "                  Endpoints: imds-token, imds-role, imds-credentials,\n"
    "                  imds-identity, imds-region (imds: all five), container,\n"
    "                  sso, oidc. Kinds: hang, delay=MS, status=N, torn, type,\n"
    "                  garbage, empty. PUT /kmslab/misbehave changes it later\n"
    "  --json          print one line of JSON instead of text\n"
    "\n"
    "GET /kmslab/requests counts the requests of each endpoint.\n";

struct metadata {
    struct services services;
    const char *port_text, *sso_text, *misbehave;
    bool json;
    int64_t port;
    struct workspace *workspace;
    struct buf authorization_path;
    struct server *server;
};

/* The file that containers read their authorization from, unless one is
 * given. */
static enum status
write_authorization(struct metadata *m, struct buf *problem)
{
    enum { RANDOM_LEN = 24 };
    uint8_t bytes[RANDOM_LEN];
    struct random random = random_system();
    struct buf hex = { 0 };
    enum status status;

    if (m->services.authorization_file != NULL)
        return STATUS_OK;
    status = workspace_open(&m->workspace, problem);
    if (status == STATUS_OK)
        status = workspace_file(
            m->workspace, "authorization", &m->authorization_path);
    if (status == STATUS_OK)
        status = random_fill(&random, bytes, sizeof(bytes));
    if (status == STATUS_OK)
        status = hex_encode(span_of(bytes, sizeof(bytes)), &hex);
    if (status == STATUS_OK)
        status = file_replace(
            buf_text(&m->authorization_path), 0600, buf_span(&hex));
    m->services.authorization_file = buf_text(&m->authorization_path);
    buf_reset(&hex);
    return status;
}

static enum status
start(struct metadata *m, struct buf *problem)
{
    enum status status = write_authorization(m, problem);

    if (status == STATUS_OK)
        status = faults_new(&m->services.faults);
    if (status == STATUS_OK)
        status =
            faults_set(m->services.faults, span_text(m->misbehave), problem);
    if (status == STATUS_OK)
        status = tokens_init(&m->services.tokens);
    if (status != STATUS_OK)
        return status;
    status = server_new(
        (uint16_t)m->port, services_handle, &m->services, &m->server);
    if (status != STATUS_OK)
        buf_say(problem, "port %lld of 127.0.0.1: %s", (long long)m->port,
            status_text(status));
    return status;
}

static enum status
report(const struct metadata *m, struct buf *problem)
{
    struct buf text = { 0 };
    enum status status =
        metadata_report(&m->services, server_port(m->server), m->json, &text);

    if (status == STATUS_OK)
        status = printing_put(&text, problem);
    buf_reset(&text);
    return status;
}

static void
stop(struct metadata *m)
{
    if (m->services.faults != NULL)
        faults_release(m->services.faults);
    server_free(m->server);
    faults_free(m->services.faults);
    workspace_free(m->workspace);
    buf_reset(&m->authorization_path);
}

static int
run(struct metadata *m)
{
    struct buf problem = { 0 };
    enum status status = interrupt_init();

    if (status == STATUS_OK)
        status = start(m, &problem);
    if (status == STATUS_OK)
        status = report(m, &problem);
    while (status == STATUS_OK)
        status = interrupt_sleep(LOOK_MS);
    if (status != STATUS_CANCELLED)
        fprintf(stderr, "kmslab metadata: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    stop(m);
    buf_reset(&problem);
    return status == STATUS_CANCELLED ? 0 : EXIT_FAILED;
}

/* The mistake on the command line; NULL: none. */
static const char *
check_options(struct metadata *m)
{
    if (m->services.account.endpoint == NULL)
        return "--emulator URL must be given";
    if (m->port_text != NULL && num_parse(span_text(m->port_text), 0,
                                    UINT16_MAX, &m->port) != STATUS_OK)
        return "--port must be a number from 0 to 65535";
    if (m->sso_text != NULL &&
        num_parse(span_text(m->sso_text), 1, SSO_SECONDS_MAX,
            &m->services.sso_seconds) != STATUS_OK)
        return "--sso-seconds must be a number of seconds, 90 days at most";
    return NULL;
}

int
metadata_run(int argc, char **argv)
{
    struct metadata m = {
        .services = { .account = { .region = "us-east-1",
                          .access_key_id = "000000000000",
                          .secret_access_key = "kmslab" },
            .role = "kmslab",
            .sso_seconds = 28800 },
    };
    const struct option_row rows[] = {
        { "emulator", &m.services.account.endpoint, NULL },
        { "role", &m.services.role, NULL },
        { "account", &m.services.account.access_key_id, NULL },
        { "region", &m.services.account.region, NULL },
        { "port", &m.port_text, NULL },
        { "imds-v1", NULL, &m.services.imds_v1 },
        { "authorization-file", &m.services.authorization_file, NULL },
        { "sso-seconds", &m.sso_text, NULL },
        { "misbehave", &m.misbehave, NULL },
        { "json", NULL, &m.json },
    };
    const char *mistake;
    int rest, code;

    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), metadata_usage, &rest, &code))
        return code;
    mistake = rest != argc ? "takes options only" : check_options(&m);
    return mistake != NULL ? options_refuse("metadata", mistake) : run(&m);
}
