/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab kind metrics. */
#include "http/http.h"
#include "kind_commands/kind_command.h"
#include "node/known.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"

#include <stdio.h>

const char kind_metrics_usage[] =
    "usage: kmslab kind metrics [NAME] [WHAT] [--node NODE]\n"
    "\n"
    "Prints the metrics of a program of a cluster as Prometheus reads them.\n"
    "NAME: kmslab. WHAT: emulator, plugin (without a word) or apiserver.\n"
    "\n"
    "  --node NODE    of another control plane than the first\n";

/* Bash speaks TCP itself, and is in every node. */
static const char plugin_script[] =
    "exec 3<>/dev/tcp/127.0.0.1/$1 || exit 1\n"
    "printf 'GET /metrics HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3\n"
    "read -r version code words <&3\n"
    "[ \"$code\" = 200 ] || { echo \"it answers $code\" >&2; exit 1; }\n"
    "while read -r line <&3 && [ \"$line\" != $'\\r' ]; do :; done\n"
    "cat <&3\n";

static enum status
read_plugin(const struct kind_known *known, const char *node, struct buf *out,
    struct buf *problem)
{
    char port[8];
    const char *const argv[] = { "bash", "-c", plugin_script, "kmslab", port,
        NULL };

    (void)snprintf(port, sizeof(port), "%d", (int)KIND_HEALTH_PORT);
    return engine_exec(
        &known->engine, node, argv, (struct span){ NULL, 0 }, out, problem);
}

/* The node's own apiserver, not one behind a balancer. */
static enum status
read_apiserver(const struct kind_known *known, const char *node,
    struct buf *out, struct buf *problem)
{
    const char *const argv[] = { "kubectl", "--kubeconfig",
        "/etc/kubernetes/admin.conf", "--server", "https://127.0.0.1:6443",
        "get", "--raw", "/metrics", NULL };

    return engine_exec(
        &known->engine, node, argv, (struct span){ NULL, 0 }, out, problem);
}

static enum status
read_emulator(const struct kind_known *known, const char *node, struct buf *out,
    struct buf *problem)
{
    struct buf url = { 0 };
    struct http_answer answer = { 0 };
    enum status st =
        kind_known_admin(buf_text(&known->record.name), &url, problem);

    (void)node; /* all share one */
    if (st == STATUS_OK)
        st = buf_append_text(&url, "/metrics");
    const struct http_request request = { .url = buf_text(&url) };
    if (st == STATUS_OK)
        st = http_send(&request, &answer, problem);
    if (st == STATUS_OK && answer.status != 200) {
        buf_say(problem, "%s answers %u", buf_text(&url), answer.status);
        st = STATUS_UNAVAILABLE;
    }
    if (st == STATUS_OK)
        st = buf_append(out, buf_span(&answer.body));
    http_answer_reset(&answer);
    buf_reset(&url);
    return st;
}

typedef enum status read_fn(const struct kind_known *known, const char *node,
    struct buf *out, struct buf *problem);

static const struct program {
    const char *name;
    read_fn *read;
} programs[] = {
    { "plugin", read_plugin },
    { "emulator", read_emulator },
    { "apiserver", read_apiserver },
};

static const struct program *
find(const char *what)
{
    for (size_t i = 0; i < ARRAY_LEN(programs); i++)
        if (strcmp(programs[i].name, what) == 0)
            return &programs[i];
    return NULL;
}

static int
run(const char *name, const struct program *program, const char *named)
{
    struct kind_known known = { 0 };
    struct buf out = { 0 }, problem = { 0 };
    enum status st = interrupt_init();
    int code = 0;

    if (st == STATUS_OK)
        st = kind_known_open(name, &known, &problem);
    if (st == STATUS_OK) {
        const char *node = kind_known_node(&known, named, &problem);

        st = node == NULL ? STATUS_NOT_FOUND
                          : program->read(&known, node, &out, &problem);
    }
    if (st == STATUS_OK)
        st = printing_put(&out, &problem);
    if (st != STATUS_OK)
        code = kind_command_fail("kind metrics", st, &problem);
    kind_known_reset(&known);
    buf_reset(&out);
    buf_reset(&problem);
    return code;
}

int
kind_metrics_run(int argc, char **argv)
{
    const char *node = NULL;
    const struct option_row rows[] = { { "node", &node, NULL } };
    const char *name = kind_command_name(&argc, &argv);
    const char *what = kind_command_name(&argc, &argv);
    int rest, code = 0;

    kind_known_words(find(name == NULL ? "" : name) != NULL, &name, &what);
    const struct program *program = find(what == NULL ? "plugin" : what);
    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), kind_metrics_usage,
            &rest, &code))
        return code;
    if (rest != argc)
        return options_refuse("kind metrics", "takes NAME, WHAT, then options");
    if (program == NULL)
        return options_refuse("kind metrics",
            "there are metrics of emulator, plugin and apiserver");
    return run(name, program, node);
}
