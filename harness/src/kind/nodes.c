/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/nodes.h"

#include "base/num.h"

#include <poll.h>
#include <stdlib.h>

enum { REMOVE_PAUSE_MS = 300, REMOVE_ATTEMPTS = 20, NAMES_MAX = 40 };

enum status
kind_nodes_list(const struct engine *engine, const char *cluster,
    struct buf *names, struct buf *problem)
{
    struct buf filter = { 0 };
    enum status status =
        buf_printf(&filter, "label=io.x-k8s.kind.cluster=%s", cluster);
    const char *const arguments[] = { "ps", "-a", "--filter", buf_text(&filter),
        "--format", "{{.Names}}", NULL };

    if (status == STATUS_OK)
        status = engine_ask(engine, arguments, names, problem);
    buf_reset(&filter);
    return status;
}

/* Turns the newlines of `names` into ends, and adds each to the arguments. */
static size_t
split_names(struct buf *names, const char **arguments, size_t max)
{
    size_t count = 0;

    for (size_t i = 0, start = 0; i < names->len; i++) {
        if (names->ptr[i] != '\n')
            continue;
        names->ptr[i] = '\0';
        if (i > start && count < max)
            arguments[count++] = (const char *)names->ptr + start;
        start = i + 1;
    }
    return count;
}

static enum status
remove_once(const struct engine *engine, const char *cluster, bool *any,
    struct buf *problem)
{
    const char *arguments[NAMES_MAX + 4] = { "rm", "-f", "-v" };
    struct buf names = { 0 }, words = { 0 };
    enum status status = kind_nodes_list(engine, cluster, &names, problem);

    *any = status == STATUS_OK &&
           split_names(&names, arguments + 3, NAMES_MAX) > 0;
    if (*any) {
        status = engine_ask(engine, arguments, NULL, &words);
        /* Somebody else removes them, too: the next look tells. */
        if (status == STATUS_NOT_FOUND || status == STATUS_DENIED)
            status = STATUS_OK;
        else if (status != STATUS_OK)
            buf_say(problem, "%s", buf_text(&words));
    }
    buf_reset(&words);
    buf_reset(&names);
    return status;
}

enum status
kind_nodes_remove(
    const struct engine *engine, const char *cluster, struct buf *problem)
{
    int clean = 0;

    for (int i = 0; i < REMOVE_ATTEMPTS; i++) {
        bool any = false;
        enum status status = remove_once(engine, cluster, &any, problem);

        if (status != STATUS_OK)
            return status;
        clean = any ? 0 : clean + 1;
        if (clean == 2)
            return STATUS_OK;
        (void)poll(NULL, 0, REMOVE_PAUSE_MS);
    }
    buf_say(problem, "containers of the cluster %s cannot be removed: %s rm -f",
        cluster, engine_name(engine));
    return STATUS_BUSY;
}

const char *
kind_nodes_network(void)
{
    const char *named = getenv("KIND_EXPERIMENTAL_DOCKER_NETWORK");

    return named == NULL || named[0] == '\0' ? "kind" : named;
}

enum status
kind_nodes_network_is_there(
    const struct engine *engine, bool *there, struct buf *problem)
{
    const char *const arguments[] = { "network", "ls", "--format", "{{.Name}}",
        NULL };
    struct buf names = { 0 };
    struct span line, rest;
    enum status status = engine_ask(engine, arguments, &names, problem);

    *there = false;
    rest = buf_span(&names);
    while (status == STATUS_OK && span_cut(rest, '\n', &line, &rest))
        *there =
            *there || span_equal_text(span_trim(line), kind_nodes_network());
    buf_reset(&names);
    return status;
}

static enum status
make_network(const struct engine *engine, struct buf *problem)
{
    const char *const arguments[] = { "network", "create", "--driver", "bridge",
        kind_nodes_network(), NULL };
    bool there = false;
    enum status status = kind_nodes_network_is_there(engine, &there, problem);

    if (status != STATUS_OK || there)
        return status;
    return engine_ask(engine, arguments, NULL, problem);
}

enum status
kind_nodes_network_gateway(
    const struct engine *engine, struct buf *address, struct buf *problem)
{
    const char *const arguments[] = { "network", "inspect", "--format",
        "{{range .IPAM.Config}}{{.Gateway}} {{end}}", kind_nodes_network(),
        NULL };
    struct buf output = { 0 };
    struct span word, rest;
    enum status status = make_network(engine, problem);
    size_t before = address->len, at;

    if (status == STATUS_OK)
        status = engine_ask(engine, arguments, &output, problem);
    rest = buf_span(&output);
    while (status == STATUS_OK && address->len == before &&
           span_cut(rest, ' ', &word, &rest)) {
        if (word.len > 0 && !span_find(word, ':', &at) &&
            span_find(word, '.', &at))
            status = buf_append(address, word);
    }
    if (status == STATUS_OK && address->len == before) {
        buf_say(problem,
            "the network %s has no IPv4 address of this machine: take"
            " --emulator node",
            kind_nodes_network());
        status = STATUS_UNSUPPORTED;
    }
    buf_reset(&output);
    return status;
}

enum status
kind_nodes_network_remove(
    const struct engine *engine, const char *network, struct buf *problem)
{
    struct buf filter = { 0 }, users = { 0 }, words = { 0 };
    enum status status = buf_printf(&filter, "network=%s", network);
    const char *const users_of[] = { "ps", "-a", "-q", "--filter",
        buf_text(&filter), NULL };
    const char *const removal[] = { "network", "rm", network, NULL };

    if (status == STATUS_OK)
        status = engine_ask(engine, users_of, &users, problem);
    /* Another cluster may have come to it between the two. */
    if (status == STATUS_OK && users.len == 0 &&
        engine_ask(engine, removal, NULL, &words) == STATUS_NO_MEMORY)
        status = STATUS_NO_MEMORY;
    buf_reset(&words);
    buf_reset(&users);
    buf_reset(&filter);
    return status;
}

enum status
kind_nodes_url(const struct engine *engine, const char *node, unsigned port,
    struct buf *url, struct buf *problem)
{
    struct buf address = { 0 };
    enum status status = engine_port(engine, node, port, &address, problem);

    if (status == STATUS_OK)
        status = buf_printf(url, "http://%s", buf_text(&address));
    buf_reset(&address);
    return status;
}

enum status
kind_nodes_find_emulator(const struct engine *engine,
    struct kind_record *record, struct buf *problem)
{
    struct buf endpoint = { 0 }, admin = { 0 };
    const char *node = buf_text(&record->control_planes.names[0]);
    enum status status;

    if (record->owner != KIND_OWNER_UP ||
        !span_equal_text(buf_span(&record->emulator.where), "node") ||
        record->control_planes.count == 0)
        return STATUS_OK;
    status =
        kind_nodes_url(engine, node, KIND_EMULATOR_PORT, &endpoint, problem);
    if (status == STATUS_OK)
        status = kind_nodes_url(engine, node, KIND_ADMIN_PORT, &admin, problem);
    if (status == STATUS_OK) {
        buf_take(&record->emulator.endpoint, &endpoint);
        buf_take(&record->emulator.admin, &admin);
    }
    buf_reset(&endpoint);
    buf_reset(&admin);
    return status;
}

/* "2026-11-29T01:02:03.4Z stderr F WORDS": how kubelet keeps lines. */
static struct span
words_of(struct span line)
{
    struct span head, rest = line;

    for (int i = 0; i < 3; i++) {
        if (!span_cut(rest, ' ', &head, &rest))
            return line;
    }
    return rest;
}

static enum status
append_lines(struct span text, struct buf *words)
{
    enum status status = STATUS_OK;
    struct span line;

    while (status == STATUS_OK && span_cut(text, '\n', &line, &text)) {
        line = words_of(span_trim(line));
        if (line.len > 0)
            status = buf_printf(words, "%s%.*s", words->len > 0 ? "; " : "",
                SPAN_ARG(span_first(line, 300)));
    }
    return status;
}

enum status
kind_nodes_pod_log(const struct engine *engine, const char *node,
    const char *pod, struct buf *words, int *restarts)
{
    static const char script[] =
        "set -- $(ls -v /var/log/pods/kube-system_\"$1\"-*/*/*.log); "
        /* The newest may be of a container that has not said anything yet. */
        "for last; do :; done; basename \"$last\" .log; cat \"$@\" | tail -n 3";
    const char *const argv[] = { "sh", "-c", script, "sh", pod, NULL };
    struct buf output = { 0 }, problem = { 0 };
    struct span count, text;
    int64_t number = 0;
    enum status status =
        engine_exec(engine, node, argv, (struct span){ 0 }, &output, &problem);

    if (status == STATUS_OK &&
        span_cut(buf_span(&output), '\n', &count, &text)) {
        if (num_parse(count, 0, 100000, &number) != STATUS_OK)
            number = 0;
        status = append_lines(text, words);
    } else if (status == STATUS_DENIED || status == STATUS_NOT_FOUND) {
        status = STATUS_OK; /* it has not run */
    }
    *restarts = (int)number;
    buf_reset(&problem);
    buf_reset(&output);
    return status;
}
