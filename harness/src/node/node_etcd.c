/* SPDX-License-Identifier: Apache-2.0 */
#include "node/node_etcd.h"

#include "base/encode.h"

enum { ARGUMENTS_MAX = 16 };

/* kubeadm puts the certificates there, in the node and in etcd's container. */
#define PKI "/etc/kubernetes/pki/etcd/"

static const char script[] =
    "set -- etcdctl --endpoints https://127.0.0.1:2379 --cacert " PKI
    "ca.crt --cert " PKI "healthcheck-client.crt --key " PKI
    "healthcheck-client.key \"$@\"\n"
    "command -v etcdctl >/dev/null && exec \"$@\"\n"
    "id=$(crictl ps --quiet --name '^etcd$' | head -n 1)\n"
    "[ -n \"$id\" ] && exec crictl exec -i \"$id\" \"$@\"\n"
    "echo 'no etcd runs in this node' >&2\n"
    "exit 1\n";

/* With `input` on its stdin. */
static enum status
run(const struct engine *engine, const char *node, const char *const *arguments,
    struct span input, struct buf *printed, struct buf *problem)
{
    const char *argv[ARGUMENTS_MAX + 5] = { "sh", "-c", script, "etcdctl" };
    size_t count = 0;

    for (; arguments[count] != NULL; count++) {
        if (count == ARGUMENTS_MAX)
            return STATUS_TOO_LARGE;
        argv[count + 4] = arguments[count];
    }
    return engine_exec(engine, node, argv, input, printed, problem);
}

enum status
node_etcd_run(const struct engine *engine, const char *node,
    const char *const *arguments, struct buf *printed, struct buf *problem)
{
    return run(
        engine, node, arguments, (struct span){ NULL, 0 }, printed, problem);
}

enum status
node_etcd_parse(struct span printed, struct json_doc **doc)
{
    static const struct span header = SPAN_INIT("{\"header\":{");
    struct span rest = span_trim(printed), ids;
    struct buf body = { 0 };

    if (!span_starts_with(rest, header) || !span_cut(rest, '}', &ids, &rest))
        return STATUS_INVALID;
    /* The header's ids are unsigned, and more than half of them too great for
     * a JSON integer of ours. */
    enum status st = buf_append_byte(&body, '{');
    if (st == STATUS_OK)
        st = buf_append(&body, span_starts_with(rest, SPAN_LITERAL(","))
                                   ? span_skip(rest, 1)
                                   : rest);
    if (st == STATUS_OK)
        st = json_parse(buf_span(&body), doc, NULL);
    buf_reset(&body);
    return st;
}

enum status
node_etcd_value(struct span printed, struct buf *value)
{
    struct json_doc *doc = NULL;
    enum status st = node_etcd_parse(printed, &doc);

    if (st != STATUS_OK)
        return st;
    const struct json *found = json_at(json_member(json_root(doc), "kvs"), 0);
    st = found == NULL
             ? STATUS_NOT_FOUND
             : base64_decode(
                   json_get_string(json_member(found, "value")), value);
    json_doc_free(doc);
    return st;
}

enum status
node_etcd_get(const struct engine *engine, const char *node, const char *key,
    struct buf *value, struct buf *problem)
{
    const char *const arguments[] = { "get", key, "-w", "json", NULL };
    struct buf printed = { 0 };
    enum status st = node_etcd_run(engine, node, arguments, &printed, problem);

    if (st == STATUS_OK) {
        st = node_etcd_value(buf_span(&printed), value);
        if (st == STATUS_NOT_FOUND)
            buf_say(problem, "etcd in %s has no key %s", node, key);
        else if (st != STATUS_OK)
            buf_say(problem, "etcdctl in %s says what is no answer: %s", node,
                status_text(st));
    }
    buf_reset(&printed);
    return st;
}

enum status
node_etcd_put(const struct engine *engine, const char *node, const char *key,
    struct span value, struct buf *problem)
{
    const char *const arguments[] = { "put", key, NULL };
    struct buf printed = { 0 };
    enum status st = run(engine, node, arguments, value, &printed, problem);

    buf_reset(&printed);
    return st;
}

enum status
node_etcd_delete_all(const struct engine *engine, const char *node,
    const char *prefix, struct buf *problem)
{
    const char *const arguments[] = { "del", "--prefix", prefix, NULL };
    struct buf printed = { 0 };
    enum status st = node_etcd_run(engine, node, arguments, &printed, problem);

    buf_reset(&printed);
    return st;
}
