/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect.h"

#include "commands.h"
#include "inspect/inspect_input.h"
#include "inspect/inspect_plaintext.h"
#include "inspect/inspect_report.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"

#include <stdio.h>

const char inspect_usage[] =
    "usage: kmslab inspect [--value FILE] [OPTION...]\n"
    "       kmslab inspect --etcd URL --etcd-key KEY [OPTION...]\n"
    "       kmslab inspect --cluster NAME secret NAMESPACE/NAME [OPTION...]\n"
    "\n"
    "Says what a value in etcd is: what sealed it, under which key, the sizes\n"
    "of its parts, and what kube-apiserver would refuse it for. The value is\n"
    "raw bytes from FILE or standard input, or is read from an etcd, or from\n"
    "that of a kind cluster (kmslab kind list).\n"
    "\n"
    "  --value FILE       a file; - or nothing: standard input\n"
    "  --base64, --hex    the file is written so\n"
    "  --etcd URL         e.g. http://127.0.0.1:2379\n"
    "  --etcd-key KEY     e.g. /registry/secrets/default/s1\n"
    "  --cacert, --cert, --key FILE   TLS to that etcd (PEM)\n"
    "  --plugin ENDPOINT  unix:///PATH of the KMS plugin\n"
    "  --show-plaintext   print what the value says; a sealed one needs\n"
    "                     --plugin, and --etcd-key, which it is bound to (and\n"
    "                     which is known of a cluster's Secret)\n"
    "  --json             print one line of JSON\n"
    "\n"
    "What etcdctl get --print-value-only KEY prints can be piped in: a newline\n"
    "after a record of KMS v2 does no harm. Other records: | head -c -1.\n"
    "\n"
    "The exit code is 1 for what no kube-apiserver would read.\n";

struct inspection {
    struct inspect_input input;
    const char *plugin;
    bool show_plaintext, json;
    struct buf key, bytes, plaintext;
    struct stored_value value;
};

static bool
is_plain(const struct stored_value *value)
{
    return value->form == STORED_PLAIN_PROTOBUF ||
           value->form == STORED_PLAIN_JSON ||
           value->form == STORED_PLAIN_OTHER;
}

static enum status
find_plaintext(struct inspection *i, struct buf *problem)
{
    if (!i->show_plaintext)
        return STATUS_OK;
    if (is_plain(&i->value))
        return buf_append(&i->plaintext, buf_span(&i->bytes));
    if (i->value.problem.len > 0) {
        buf_say(problem, "a damaged value cannot be opened");
        return STATUS_INVALID;
    }
    if (i->plugin == NULL || i->key.len == 0) {
        buf_say(problem, i->key.len > 0
                             ? "a sealed value needs --plugin, one here that "
                               "has its key"
                             : "a sealed value needs --plugin and --etcd-key");
        return STATUS_UNSUPPORTED;
    }
    return inspect_plaintext(
        &i->value, i->plugin, buf_span(&i->key), &i->plaintext, problem);
}

static bool
print_report(const struct inspection *i, bool opened)
{
    struct inspect_report report = { .value = &i->value,
        .bytes = buf_span(&i->bytes),
        .plaintext = buf_span(&i->plaintext),
        .show_plaintext = i->show_plaintext && opened };
    struct buf text = { 0 };
    enum status status = i->json ? inspect_report_json(&report, &text)
                                 : inspect_report_text(&report, &text);
    struct buf problem = { 0 };

    if (status == STATUS_OK)
        status = printing_put(&text, &problem);
    if (status != STATUS_OK)
        fprintf(stderr, "kmslab inspect: the report cannot be written: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    buf_reset(&text);
    buf_reset(&problem);
    return status == STATUS_OK;
}

/* etcdctl ends what it prints with a newline of its own. Where that alone
 * makes a record unsound, it is taken off. */
static enum status
drop_newline(struct inspection *i)
{
    struct span shorter = span_first(buf_span(&i->bytes), i->bytes.len - 1);
    struct stored_value probe = { 0 };
    enum status status = stored_value_decode(shorter, &probe);
    bool sound = status == STATUS_OK && probe.problem.len == 0;

    stored_value_reset(&probe);
    if (!sound)
        return status;
    buf_truncate(&i->bytes, i->bytes.len - 1);
    return stored_value_decode(buf_span(&i->bytes), &i->value);
}

static enum status
decode(struct inspection *i)
{
    enum status status = stored_value_decode(buf_span(&i->bytes), &i->value);

    if (status == STATUS_OK && i->value.problem.len > 0 &&
        i->input.etcd.endpoint == NULL && i->input.cluster == NULL &&
        span_ends_with(buf_span(&i->bytes), SPAN_LITERAL("\n")))
        status = drop_newline(i);
    return status;
}

/* Whether a kube-apiserver with the right keys could make sense of it. */
static bool
is_sound(const struct stored_value *value)
{
    return value->problem.len == 0 && value->form != STORED_PLAIN_OTHER &&
           value->form != STORED_UNKNOWN_PREFIX;
}

/* The report shows other problems itself. */
static const char *
explain_form(enum stored_form form)
{
    if (form == STORED_PLAIN_OTHER)
        return "no kube-apiserver writes such bytes";
    if (form == STORED_UNKNOWN_PREFIX)
        return "no provider of kube-apiserver has this prefix";
    return NULL;
}

static int
inspect(struct inspection *i)
{
    struct buf problem = { 0 };
    bool printed = false;
    /* Standard input is read with a plain read, which Ctrl-C is to end. */
    enum status status =
        i->input.cluster == NULL ? STATUS_OK : interrupt_init();

    if (status == STATUS_OK)
        status = inspect_input_read(&i->input, &i->key, &i->bytes, &problem);

    if (status == STATUS_OK)
        status = decode(i);
    if (status == STATUS_OK) {
        status = find_plaintext(i, &problem);
        printed = print_report(i, status == STATUS_OK);
    }
    if (status != STATUS_OK)
        fprintf(stderr, "kmslab inspect: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    else if (explain_form(i->value.form) != NULL)
        fprintf(stderr, "kmslab inspect: %s\n", explain_form(i->value.form));
    buf_reset(&problem);
    return status == STATUS_OK && printed && is_sound(&i->value) ? 0
                                                                 : EXIT_FAILED;
}

static const char *
find_mistake(const struct inspection *i)
{
    const struct inspect_input *input = &i->input;

    if (input->base64 && input->hex)
        return "--base64 and --hex exclude each other";
    if (input->etcd.endpoint != NULL && input->etcd_key == NULL)
        return "--etcd needs --etcd-key";
    if (input->etcd.endpoint != NULL &&
        (input->file != NULL || input->base64 || input->hex))
        return "--etcd excludes --value, --base64 and --hex";
    if (input->cluster != NULL &&
        (input->etcd.endpoint != NULL || input->etcd_key != NULL ||
            input->file != NULL || input->base64 || input->hex))
        return "--cluster excludes the other places of a value";
    if ((input->cluster == NULL) != (input->secret == NULL))
        return "--cluster NAME goes with secret NAMESPACE/NAME";
    if (i->plugin != NULL && !i->show_plaintext)
        return "--plugin is only of use with --show-plaintext";
    return NULL;
}

/* "secret NAMESPACE/NAME" may stand before options or after them. */
static bool
parse(int argc, char **argv, struct inspection *i, int *code)
{
    const struct option_row rows[] = {
        { "value", &i->input.file, NULL },
        { "base64", NULL, &i->input.base64 },
        { "hex", NULL, &i->input.hex },
        { "etcd", &i->input.etcd.endpoint, NULL },
        { "etcd-key", &i->input.etcd_key, NULL },
        { "cluster", &i->input.cluster, NULL },
        { "cacert", &i->input.etcd.ca_file, NULL },
        { "cert", &i->input.etcd.cert_file, NULL },
        { "key", &i->input.etcd.key_file, NULL },
        { "plugin", &i->plugin, NULL },
        { "show-plaintext", NULL, &i->show_plaintext },
        { "json", NULL, &i->json },
    };
    int rest;

    while (options_parse(
        argc, argv, rows, ARRAY_LEN(rows), inspect_usage, &rest, code)) {
        if (rest == argc)
            return true;
        if (i->input.secret != NULL || rest + 1 == argc ||
            strcmp(argv[rest], "secret") != 0) {
            *code = options_refuse(
                "inspect", "takes options, and secret NAMESPACE/NAME");
            return false;
        }
        i->input.secret = argv[rest + 1];
        argv[rest + 1] = argv[0];
        argv += rest + 1;
        argc -= rest + 1;
    }
    return false;
}

int
inspect_run(int argc, char **argv)
{
    struct inspection i = { 0 };
    const char *mistake;
    int code = 0;

    if (!parse(argc, argv, &i, &code))
        return code;
    mistake = find_mistake(&i);
    if (mistake != NULL)
        return options_refuse("inspect", mistake);
    if (i.input.file == NULL)
        i.input.file = "-";
    code = inspect(&i);
    stored_value_reset(&i.value);
    buf_reset(&i.plaintext);
    buf_reset(&i.bytes);
    buf_reset(&i.key);
    return code;
}
