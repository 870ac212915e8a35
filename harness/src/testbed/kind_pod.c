/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/kind_pod.h"

#include "base/clock.h"
#include "base/json_writer.h"
#include "process/interrupt.h"
#include "testbed/secret.h"

#define VARIABLE "KMSLAB_SECRET"
#define OWNER "KMSLAB_POD" /* RUN/NAME */
#define FOLDER "/secret"

static void
write_text_variable(struct json_writer *w, const struct kind_pod *pod)
{
    struct buf owner = { 0 };

    buf_say(&owner, "%s/%s", pod->run, pod->secret);
    json_write_object_begin(w);
    json_write_key_text(w, "name", OWNER);
    json_write_key_string(w, "value", buf_span(&owner));
    json_write_object_end(w);
    buf_reset(&owner);
}

static void
write_secret_variable(struct json_writer *w, const struct kind_pod *pod)
{
    json_write_object_begin(w);
    json_write_key_text(w, "name", VARIABLE);
    json_write_key(w, "valueFrom");
    json_write_object_begin(w);
    json_write_key(w, "secretKeyRef");
    json_write_object_begin(w);
    json_write_key_text(w, "name", pod->secret);
    json_write_key_text(w, "key", SECRET_KEY);
    json_write_object_end(w);
    json_write_object_end(w);
    json_write_object_end(w);
}

static void
write_container(
    struct json_writer *w, const struct kind_pod *pod, const char *image)
{
    json_write_object_begin(w);
    json_write_key_text(w, "name", "waits");
    json_write_key_text(w, "image", image);
    json_write_key_text(w, "imagePullPolicy", "IfNotPresent");
    json_write_key(w, "env");
    json_write_array_begin(w);
    write_text_variable(w, pod);
    write_secret_variable(w, pod);
    json_write_array_end(w);
    json_write_key(w, "volumeMounts");
    json_write_array_begin(w);
    json_write_object_begin(w);
    json_write_key_text(w, "name", "secret");
    json_write_key_text(w, "mountPath", FOLDER);
    json_write_object_end(w);
    json_write_array_end(w);
    json_write_object_end(w);
}

static void
write_volume(struct json_writer *w, const struct kind_pod *pod)
{
    json_write_object_begin(w);
    json_write_key_text(w, "name", "secret");
    json_write_key(w, "secret");
    json_write_object_begin(w);
    json_write_key_text(w, "secretName", pod->secret);
    json_write_object_end(w);
    json_write_object_end(w);
}

/* It is put on its node past the scheduler, whose taints do not matter then. */
static void
write_spec(struct json_writer *w, const struct kind_pod *pod, const char *image)
{
    json_write_object_begin(w);
    json_write_key_text(w, "nodeName", pod->node);
    json_write_key_bool(w, "hostNetwork", true);
    json_write_key_bool(w, "automountServiceAccountToken", false);
    json_write_key_bool(w, "enableServiceLinks", false);
    json_write_key_int(w, "terminationGracePeriodSeconds", 0);
    json_write_key(w, "containers");
    json_write_array_begin(w);
    write_container(w, pod, image);
    json_write_array_end(w);
    json_write_key(w, "volumes");
    json_write_array_begin(w);
    write_volume(w, pod);
    json_write_array_end(w);
    json_write_object_end(w);
}

enum status
kind_pod_write(const struct kind_pod *pod, const char *image, struct buf *json)
{
    struct json_writer w = json_writer_to(json);
    struct buf name = { 0 };

    buf_say(&name, "uses-%s", pod->secret);
    json_write_object_begin(&w);
    json_write_key_text(&w, "apiVersion", "v1");
    json_write_key_text(&w, "kind", "Pod");
    json_write_key(&w, "metadata");
    json_write_object_begin(&w);
    json_write_key_string(&w, "name", buf_span(&name));
    json_write_object_end(&w);
    json_write_key(&w, "spec");
    write_spec(&w, pod, image);
    json_write_object_end(&w);
    buf_reset(&name);
    return json_writer_end(&w);
}

/* The image of its sandboxes, which the node has without a registry. */
static enum status
find_image(const struct kind_pod *pod, struct buf *image, struct buf *problem)
{
    static const char script[] =
        "ctr -n k8s.io images ls -q | grep -m 1 '/pause:'";
    const char *const argv[] = { "bash", "-c", script, NULL };
    struct buf printed = { 0 };
    enum status st = engine_exec(pod->engine, pod->node, argv,
        (struct span){ NULL, 0 }, &printed, problem);

    if (st == STATUS_OK)
        st = buf_append(image, span_trim(buf_span(&printed)));
    buf_reset(&printed);
    return st;
}

/* In a new namespace pods are refused until a controller has made its service
 * account. */
static enum status
send(const struct cluster_api *api, struct span body,
    struct cluster_answer *answer)
{
    enum { WITHIN_MS = 60 * 1000, EACH_MS = 500, REFUSED = 403 };
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + WITHIN_MS;
    struct buf path = { 0 };
    struct http_answer got = { 0 };
    enum status st =
        buf_printf(&path, "/api/v1/namespaces/%s/pods", api->name_space);
    const struct kube_call call = {
        .method = "POST", .path = buf_text(&path), .body = body
    };

    if (st == STATUS_OK)
        st = cluster_api_send(api, &call, &got, answer);
    while (st == STATUS_OK && answer->code == REFUSED &&
           clock_ms(&clock) < end_ms) {
        st = interrupt_sleep(EACH_MS);
        cluster_answer_reset(answer);
        if (st == STATUS_OK)
            st = cluster_api_send(api, &call, &got, answer);
    }
    http_answer_reset(&got);
    buf_reset(&path);
    return st;
}

enum status
kind_pod_create(const struct kind_pod *pod, const struct cluster_api *api,
    struct cluster_answer *answer, struct buf *problem)
{
    struct buf image = { 0 }, json = { 0 };
    enum status st = find_image(pod, &image, problem);

    if (st == STATUS_OK)
        st = kind_pod_write(pod, buf_text(&image), &json);
    if (st == STATUS_OK)
        st = send(api, buf_span(&json), answer);
    buf_reset(&image);
    buf_reset(&json);
    return st;
}

/* The pod's process is known by its environment. */
enum status
kind_pod_value(const struct kind_pod *pod, bool environment, struct buf *value,
    struct buf *problem)
{
    static const char script[] =
        "for p in /proc/[0-9]*; do\n"
        "  e=$(tr '\\0' '\\n' <$p/environ 2>/dev/null)\n"
        "  grep -qx \"" OWNER "=$1\" <<<\"$e\" || continue\n"
        "  [ $2 = file ] && cat $p/root" FOLDER "/" SECRET_KEY "\n"
        "  [ $2 = file ] || sed -n 's/^" VARIABLE "=//p' <<<\"$e\"\n"
        "  break\n"
        "done 2>/dev/null\n"
        "exit 0\n";
    struct buf owner = { 0 }, printed = { 0 };
    enum status st = buf_printf(&owner, "%s/%s", pod->run, pod->secret);
    const char *const argv[] = { "bash", "-c", script, "kmslab",
        buf_text(&owner), environment ? "environment" : "file", NULL };

    if (st == STATUS_OK)
        st = engine_exec(pod->engine, pod->node, argv, (struct span){ NULL, 0 },
            &printed, problem);
    if (st == STATUS_OK && printed.len == 0)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK)
        st = buf_append(value, span_trim(buf_span(&printed)));
    buf_reset(&owner);
    buf_reset(&printed);
    return st;
}
