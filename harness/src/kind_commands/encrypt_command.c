/* SPDX-License-Identifier: Apache-2.0 */
#include "kind_commands/encrypt_command.h"

#include "base/num.h"
#include "encrypt/encrypt.h"
#include "kind/name.h"
#include "kind_commands/kind_command.h"
#include "options.h"
#include "process/interrupt.h"

#include <stdio.h>

const char encrypt_command_usage[] =
    "usage: kmslab kind encrypt [NAME] [OPTION...]\n"
    "\n"
    "Turns encryption at rest on in a kind cluster that is there already: puts\n"
    "an emulator and the plugin into its control plane nodes, lets each\n"
    "kube-apiserver read an EncryptionConfiguration (kubelet starts it anew, one\n"
    "node after another), rewrites all Secrets, and proves it from etcd. The\n"
    "manifest from before stays in the node, in /etc/kmslab/backup, and is put\n"
    "back where kube-apiserver does not come back. What was broken off goes on\n"
    "when the command is given again.\n"
    "\n"
    "  NAME                the cluster, as `kind get clusters` has it (kind)\n"
    "  --kms v1|v2         the API between kube-apiserver and plugin (v2)\n"
    "  --engine PROGRAM    docker, or what has its command line\n"
    "  --wait SECONDS      for each kube-apiserver to come back (240)\n"
    "\n"
    "kmslab kind decrypt takes it back.\n";

const char decrypt_command_usage[] =
    "usage: kmslab kind decrypt [NAME] [--engine PROGRAM] [--wait SECONDS]\n"
    "\n"
    "Takes back what kmslab kind encrypt did: kube-apiserver writes in plain\n"
    "first, all Secrets are rewritten, etcd proves that none is encrypted, and\n"
    "only then go the flag, the plugin, the emulator and its key. Refuses, and\n"
    "names it, while there is a Secret that cannot be read.\n"
    "\n"
    "etcd's older revisions and backups stay encrypted: copy\n"
    "/var/lib/kmslab/emulator out of the node first if they matter.\n";

typedef enum status cluster_change_fn(
    struct existing *e, enum kind_kms kms, struct buf *problem);

static enum status
take_back(struct existing *e, enum kind_kms kms, struct buf *problem)
{
    (void)kms;
    return decrypt_cluster(e, problem);
}

static void
print_line(void *context, const char *line)
{
    (void)context;
    printf("%s\n", line);
    (void)fflush(stdout);
}

static int
say_failure(const char *command, const char *name, enum status st, bool begun,
    const struct buf *problem)
{
    bool encrypts = strcmp(command, "kind encrypt") == 0;
    int code = kind_command_fail(command, st, problem);

    if (begun)
        fprintf(stderr,
            "What is printed above was done. `kmslab %s %s` goes on;"
            " `kmslab kind %s %s` goes back.\n",
            command, name, encrypts ? "decrypt" : "encrypt", name);
    return code;
}

struct call {
    const char *command; /* "kind encrypt" or "kind decrypt" */
    const char *name, *engine;
    const char *wait; /* in seconds; NULL: the usual */
    enum kind_kms kms;
    cluster_change_fn *make;
    int64_t patience_ms;
};

/* As kind up: without an engine there is nothing to fail. */
static int
check_engine(const struct call *call)
{
    const struct engine engine = engine_find(call->engine);
    struct buf problem = { 0 };
    enum status st = engine_check(&engine, &problem);
    int code = 0;

    if (st != STATUS_OK)
        code = kind_command_fail(call->command, st, &problem);
    buf_reset(&problem);
    return st == STATUS_NOT_FOUND ? EXIT_SKIPPED : code;
}

static int
change(const struct call *call)
{
    const struct kind_progress report = { .say = print_line };
    struct existing e = { 0 };
    struct buf problem = { 0 };
    bool opened = false;
    enum status st =
        existing_open(call->name, call->engine, &report, &e, &problem);

    opened = st == STATUS_OK;
    e.patience_ms = call->patience_ms;
    if (st == STATUS_OK)
        st = call->make(&e, call->kms, &problem);
    int code = 0;
    if (st != STATUS_OK)
        code = say_failure(call->command, call->name, st, opened, &problem);
    if (opened)
        existing_close(&e);
    buf_reset(&problem);
    return code;
}

/* The words behind the options; NULL: they are in order. */
static const char *
read_rest(struct call *call, int argc, char **argv, int rest)
{
    int64_t seconds = 0;

    if (call->name == NULL && rest < argc)
        call->name = argv[rest++];
    if (call->name == NULL)
        call->name = "kind";
    if (rest < argc)
        return "takes one cluster at a time";
    if (call->wait != NULL &&
        num_parse(span_text(call->wait), 1, 24 * 3600, &seconds) != STATUS_OK)
        return "--wait is a number of seconds";
    call->patience_ms = seconds * 1000;
    return NULL;
}

static int
run(const struct call *call, const char *mistake)
{
    struct buf problem = { 0 };
    int code = 0;

    if (mistake == NULL && kind_name_check(call->name, &problem) != STATUS_OK)
        mistake = buf_text(&problem);
    if (mistake != NULL)
        code = options_refuse(call->command, mistake);
    else if (interrupt_init() != STATUS_OK)
        code = EXIT_FAILED;
    else if ((code = check_engine(call)) == 0)
        code = change(call);
    buf_reset(&problem);
    return code;
}

int
encrypt_command_run(int argc, char **argv)
{
    struct call call = { .command = "kind encrypt",
        .make = encrypt_cluster,
        .name = kind_command_name(&argc, &argv) };
    const char *kms = kind_kms_names[KIND_KMS_V2];
    const struct option_row rows[] = {
        { "kms", &kms, NULL },
        { "engine", &call.engine, NULL },
        { "wait", &call.wait, NULL },
    };
    int rest, code;

    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), encrypt_command_usage,
            &rest, &code))
        return code;
    const char *mistake = read_rest(&call, argc, argv, rest);
    if (strcmp(kms, kind_kms_names[KIND_KMS_V1]) == 0)
        call.kms = KIND_KMS_V1;
    else if (strcmp(kms, kind_kms_names[KIND_KMS_V2]) != 0)
        mistake = "--kms is v1 or v2";
    return run(&call, mistake);
}

int
decrypt_command_run(int argc, char **argv)
{
    struct call call = { .command = "kind decrypt",
        .make = take_back,
        .name = kind_command_name(&argc, &argv) };
    const struct option_row rows[] = {
        { "engine", &call.engine, NULL },
        { "wait", &call.wait, NULL },
    };
    int rest, code;

    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), decrypt_command_usage,
            &rest, &code))
        return code;
    return run(&call, read_rest(&call, argc, argv, rest));
}
