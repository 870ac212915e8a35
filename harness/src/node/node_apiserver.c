/* SPDX-License-Identifier: Apache-2.0 */
#include "node/node_apiserver.h"

#include "base/clock.h"
#include "base/num.h"

#include <stdio.h>

#define MANIFEST KIND_MANIFESTS "/kube-apiserver.yaml"
/* The node's own one, from the first stop until it is given back. On the same
 * file system as the other: each comes to its place in one piece. */
#define OWN "/etc/kubernetes/kmslab-kube-apiserver.yaml"

static const char stop_script[] =
    "[ -e " OWN " ] || mv " MANIFEST " " OWN " || exit 1\n"
    "rm -f " MANIFEST "\n"
    "tries=0\n"
    "while pids=$(pgrep -x kube-apiserver); do\n"
    "  [ $tries -lt 80 ] || set -- KILL\n"
    "  [ $tries -ge 1 ] && [ $1 != KILL ] || kill -$1 $pids 2>/dev/null\n"
    "  tries=$((tries + 1))\n"
    "  [ $tries -lt 200 ] || { echo 'it does not end' >&2; exit 1; }\n"
    "  sleep 0.1\n"
    "done\n";

/* Kubelet knows a static pod by a hash of its manifest: one with another mark
 * is new. With a reload of its configuration kube-apiserver's health checks
 * are others. */
static const char start_script[] = NODE_APISERVER_AWAIT_GONE
    "sed -e \"s|^  annotations:\\$|&\\n    kmslab.started: '$1'|\" "
    "-e \"s|\\(--encryption-provider-config=\\).*|\\1$2|\" "
    "-e /--encryption-provider-config-automatic-reload/d "
    "<" OWN " >" OWN ".new &&\n"
    "chmod 600 " OWN ".new && mv " OWN ".new " MANIFEST "\n";

static const char restore_script[] = NODE_APISERVER_AWAIT_GONE
    "mv " OWN " " MANIFEST " || exit 1\n"
    "for try in $(seq 360); do\n"
    "  kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 5s "
    "get --raw /livez >/dev/null 2>&1 && exit 0\n"
    "  sleep 0.5\n"
    "done\n"
    "echo 'it does not come up again' >&2\n"
    "exit 1\n";

static const char programs_script[] =
    "pid=$(pgrep -x kube-apiserver | head -n 1)\n"
    "/proc/$pid/exe --version | sed 's/.* //'\n"
    "sha256sum <\"/proc/$pid/exe\" | cut -d ' ' -f 1\n"
    "pid=$(pgrep -x etcd | head -n 1)\n"
    "/proc/$pid/exe --version | sed -n '1s/.* //p'\n";

static const char *const none[2];

static enum status
run(const struct engine *engine, const char *node, const char *script,
    const char *const arguments[2], struct buf *output, struct buf *problem)
{
    const char *const argv[] = { "bash", "-c", script, "kmslab", arguments[0],
        arguments[1], NULL };

    return engine_exec(
        engine, node, argv, (struct span){ NULL, 0 }, output, problem);
}

enum status
node_apiserver_stop(const struct engine *engine, const char *node, bool kill,
    struct buf *problem)
{
    const char *const arguments[2] = { kill ? "KILL" : "TERM" };

    return run(engine, node, stop_script, arguments, NULL, problem);
}

enum status
node_apiserver_start(const struct engine *engine, const char *node,
    const char *config, struct buf *problem)
{
    struct clock wall = clock_wall();
    char mark[24];
    const char *const arguments[2] = { mark, config };

    (void)snprintf(mark, sizeof(mark), "%lld", (long long)clock_ms(&wall));
    return run(engine, node, start_script, arguments, NULL, problem);
}

enum status
node_apiserver_restore(
    const struct engine *engine, const char *node, struct buf *problem)
{
    enum status st = node_apiserver_stop(engine, node, true, problem);

    return st == STATUS_OK
               ? run(engine, node, restore_script, none, NULL, problem)
               : st;
}

enum status
node_apiserver_process(const struct engine *engine, const char *node,
    int64_t *pid, struct buf *problem)
{
    struct buf output = { 0 };
    int64_t found = 0;
    enum status st = run(engine, node, "pgrep -x kube-apiserver || echo 0",
        none, &output, problem);
    struct span first = buf_span(&output), rest;

    (void)span_cut(first, '\n', &first, &rest);
    if (st == STATUS_OK)
        st = num_parse(span_trim(first), 0, INT32_MAX, &found);
    if (st == STATUS_OK)
        *pid = found;
    buf_reset(&output);
    return st;
}

void
node_programs_reset(struct node_programs *programs)
{
    buf_reset(&programs->apiserver);
    buf_reset(&programs->sha256);
    buf_reset(&programs->etcd);
}

void
node_programs_read(
    const struct engine *engine, const char *node, struct node_programs *out)
{
    struct buf *const lines[] = { &out->apiserver, &out->sha256, &out->etcd };
    struct buf output = { 0 }, problem = { 0 };
    enum status st =
        run(engine, node, programs_script, none, &output, &problem);
    struct span rest = buf_span(&output), line;

    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(lines) &&
                       span_cut(rest, '\n', &line, &rest);
         i++)
        buf_say(lines[i], "%.*s", SPAN_ARG(line));
    buf_reset(&output);
    buf_reset(&problem);
}
