/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/apiserver_change.h"

#include "base/clock.h"
#include "base/json.h"
#include "cluster/kube_client.h"
#include "encrypt/apiserver_manifest.h"
#include "encrypt/node_files.h"
#include "kind/record.h"
#include "node/node_logs.h"
#include "process/interrupt.h"

enum { PAUSE_MS = 500, CALL_MS = 5000, LOG_LINES = 5 };

/* ---- coming back ------------------------------------------------------- */

static struct span
mark_of(const struct json *pod)
{
    const struct json *metadata = json_member(pod, "metadata");

    return json_get_string(json_member(
        json_member(metadata, "annotations"), apiserver_manifest_mark));
}

/* The mirror pod is made anew once the pod from before has ended: until then
 * whoever answers may be the apiserver from before. */
static enum status
has_mark(const struct apiserver_change *change, struct span mark, bool *has)
{
    struct http_answer answer = { 0 };
    struct json_doc *doc = NULL;
    struct buf path = { 0 };
    enum status st = buf_printf(&path,
        "/api/v1/namespaces/kube-system/pods/kube-apiserver-%s", change->node);
    const struct kube_call call = {
        .method = "GET", .path = buf_text(&path), .timeout_ms = CALL_MS
    };

    *has = false;
    if (st == STATUS_OK)
        st = kube_call(change->server, &call, &answer, NULL);
    if (st == STATUS_OK && answer.status == 200 &&
        json_parse(buf_span(&answer.body), &doc, NULL) == STATUS_OK)
        *has = span_equal(mark_of(json_root(doc)), mark);
    json_doc_free(doc);
    http_answer_reset(&answer);
    buf_reset(&path);
    return st;
}

static enum status
is_ready(const struct apiserver_change *change, bool *ready)
{
    struct http_answer answer = { 0 };
    const struct kube_call call = {
        .method = "GET", .path = "/readyz", .timeout_ms = CALL_MS
    };
    enum status st = kube_call(change->server, &call, &answer, NULL);

    *ready = st == STATUS_OK && answer.status == 200;
    http_answer_reset(&answer);
    return st;
}

enum status
apiserver_change_await(const struct apiserver_change *change, struct span mark)
{
    struct clock clock = clock_monotonic();
    int64_t patience_ms =
        change->patience_ms == 0 ? APISERVER_CHANGE_MS : change->patience_ms;
    int64_t deadline_ms = clock_ms(&clock) + patience_ms;
    bool good = false;

    for (;;) {
        enum status st = is_ready(change, &good);

        if (good)
            st = has_mark(change, mark, &good);
        if (good || st == STATUS_CANCELLED || st == STATUS_NO_MEMORY)
            return good ? STATUS_OK : st;
        if (clock_ms(&clock) > deadline_ms)
            return STATUS_TIMEOUT;
        st = interrupt_sleep(PAUSE_MS);
        if (st != STATUS_OK)
            return st;
    }
}

/* ---- going back -------------------------------------------------------- */

/* Whether the apiserver of the manifest that lies in the node now is ready. */
static enum status
await_present(const struct apiserver_change *change, struct buf *problem)
{
    struct buf text = { 0 };
    struct apiserver_facts facts = { 0 };
    enum status st = node_files_read(
        change->engine, change->node, APISERVER_MANIFEST_PATH, &text, problem);

    if (st == STATUS_OK)
        st = apiserver_manifest_read(buf_span(&text), &facts, problem);
    if (st == STATUS_OK)
        st = apiserver_change_await(change, buf_span(&facts.mark));
    apiserver_facts_reset(&facts);
    buf_reset(&text);
    return st;
}

/* That there is no log does not matter more than what is to be done. */
static void
read_log(const struct apiserver_change *change, struct buf *log)
{
    struct buf words = { 0 };

    if (node_logs_read(change->engine, change->node, "kube-apiserver",
            LOG_LINES, log, &words) != STATUS_OK ||
        log->len == 0)
        buf_say(log, "nothing: kubelet has not started it");
    buf_reset(&words);
}

static void
say_outcome(const struct apiserver_change *change, enum status went,
    const struct buf *words, struct buf *problem)
{
    buf_say(
        problem, "kube-apiserver in %s did not become ready. ", change->node);
    if (went == STATUS_OK)
        buf_say(problem, "Its manifest from before was put back, and it runs.");
    else if (went == STATUS_TIMEOUT)
        buf_say(problem,
            "Its manifest from before was put back, but it is not ready so"
            " either.");
    else
        buf_say(problem,
            "Its manifest from before is in the node, in " NODE_FILES_BACKUP
            " (%s).",
            words->len > 0 ? buf_text(words) : status_text(went));
}

/* Puts back what was there and says how that went; STATUS_TIMEOUT. */
static enum status
go_back(const struct apiserver_change *change, struct buf *problem)
{
    struct apiserver_change back = *change;
    struct buf log = { 0 }, words = { 0 };

    read_log(change, &log);
    if (back.patience_ms < APISERVER_CHANGE_MS)
        back.patience_ms = APISERVER_CHANGE_MS;
    enum status st = node_files_restore(change->engine, change->node, &words);
    if (st == STATUS_OK)
        st = await_present(&back, &words);
    say_outcome(change, st, &words, problem);
    buf_say(problem, " The last it logged was:\n%s", buf_text(&log));
    buf_reset(&log);
    buf_reset(&words);
    return st == STATUS_CANCELLED || st == STATUS_NO_MEMORY ? st
                                                            : STATUS_TIMEOUT;
}

/* ---- the change ---------------------------------------------------------- */

/* Puts a manifest in place where it differs from `old`, and awaits it. */
static enum status
switch_to(const struct apiserver_change *change, const struct buf *old,
    const struct buf *new, struct buf *problem)
{
    enum status st = STATUS_OK;

    if (!span_equal(buf_span(old), buf_span(new)))
        st = node_files_put_apiserver(
            change->engine, change->node, buf_span(new), problem);
    if (st != STATUS_OK)
        return st;
    st = await_present(change, problem);
    return st == STATUS_TIMEOUT ? go_back(change, problem) : st;
}

/* Writes the EncryptionConfiguration where the node has another, and keeps
 * what was before. */
static enum status
put_configuration(const struct apiserver_change *change,
    struct span configuration, struct buf *problem)
{
    struct buf present = { 0 };
    enum status st = node_files_read(
        change->engine, change->node, KIND_ENCRYPTION_FILE, &present, problem);

    if (st == STATUS_OK && !span_equal(buf_span(&present), configuration)) {
        st = node_files_save(change->engine, change->node, problem);
        if (st == STATUS_OK)
            st = engine_copy_in(change->engine, change->node,
                KIND_ENCRYPTION_FILE, "0600", configuration, problem);
    }
    buf_reset(&present);
    return st;
}

/* What is wanted, but for the mark. */
static const struct apiserver_encryption ours = {
    .config = KIND_ENCRYPTION_FILE,
    .config_folder = KIND_ENCRYPTION_FOLDER,
    .socket_folder = KIND_SOCKET_FOLDER,
    .mark = "0",
};

enum status
apiserver_change_look(
    const struct apiserver_change *change, bool *encrypts, struct buf *problem)
{
    struct apiserver_facts facts = { 0 };
    struct buf text = { 0 }, added = { 0 };
    enum status st = node_files_mend(change->engine, change->node, problem);

    if (st == STATUS_OK)
        st = node_files_read(change->engine, change->node,
            APISERVER_MANIFEST_PATH, &text, problem);

    if (st == STATUS_OK)
        st = apiserver_manifest_read(buf_span(&text), &facts, problem);
    if (st == STATUS_OK)
        st = apiserver_manifest_add(buf_span(&text), &ours, &added, problem);
    if (st == STATUS_OK)
        *encrypts = facts.config.len > 0;
    apiserver_facts_reset(&facts);
    buf_reset(&added);
    buf_reset(&text);
    return st;
}

enum status
apiserver_change_encrypt(const struct apiserver_change *change,
    struct span configuration, bool kms_v1, struct buf *problem)
{
    struct apiserver_encryption wanted = ours;
    struct buf old = { 0 }, new = { 0 }, mark = { 0 };
    enum status st = node_files_read(
        change->engine, change->node, APISERVER_MANIFEST_PATH, &old, problem);

    if (st == STATUS_OK)
        st = put_configuration(change, configuration, problem);
    if (st == STATUS_OK)
        st = node_files_changed(
            change->engine, change->node, KIND_ENCRYPTION_FILE, &mark, problem);
    wanted.kms_v1 = kms_v1;
    wanted.mark = buf_text(&mark);
    if (st == STATUS_OK)
        st = apiserver_manifest_add(buf_span(&old), &wanted, &new, problem);
    if (st == STATUS_OK)
        st = switch_to(change, &old, &new, problem);
    buf_reset(&old);
    buf_reset(&new);
    buf_reset(&mark);
    return st;
}

enum status
apiserver_change_plain(
    const struct apiserver_change *change, struct buf *problem)
{
    struct buf old = { 0 }, new = { 0 };
    enum status st = node_files_read(
        change->engine, change->node, APISERVER_MANIFEST_PATH, &old, problem);

    if (st == STATUS_OK)
        st = apiserver_manifest_remove(buf_span(&old), &ours, &new, problem);
    if (st == STATUS_OK && !span_equal(buf_span(&old), buf_span(&new)))
        st = node_files_save(change->engine, change->node, problem);
    if (st == STATUS_OK)
        st = switch_to(change, &old, &new, problem);
    buf_reset(&old);
    buf_reset(&new);
    return st;
}
