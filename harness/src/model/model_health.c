/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model_health.h"

#include "model/model_list.h"

/* livez knows nothing of KMS since Kubernetes 1.29. */
static const struct {
    const char *name;
    bool with_kms;
} endpoints[] = {
    { "livez", false },
    { "healthz", true },
    { "readyz", true },
};

/* What an apiserver has besides, as far as the model goes. */
static const char *const always_good[] = { "ping", "etcd" };

static enum status
not_found(struct model_answer *answer)
{
    answer->code = 404;
    return buf_append_text(&answer->message, "404 page not found\n");
}

static enum status
answer_ok(struct model_answer *answer)
{
    answer->code = 200;
    return buf_append_text(&answer->message, "ok");
}

static enum status
append_root_line(
    struct encryption *encryption, size_t index, bool *failed, struct buf *body)
{
    struct buf name = { 0 };
    struct transform_error error = { 0 };
    enum status st = encryption_check_name(encryption, index, &name);
    if (st == STATUS_OK &&
        encryption_check(encryption, index, &error) != STATUS_OK) {
        *failed = true;
        st = buf_printf(
            body, "[-]%s failed: reason withheld\n", buf_text(&name));
    } else if (st == STATUS_OK) {
        st = buf_printf(body, "[+]%s ok\n", buf_text(&name));
    }
    buf_reset(&name);
    transform_error_reset(&error);
    return st;
}

static enum status
skip_object(void *context, struct span etcd_key, struct span bytes)
{
    (void)context;
    (void)etcd_key;
    (void)bytes;
    return STATUS_OK;
}

/* Tries to fill the watch cache of Secrets, when that is due. */
static enum status
try_first_list(struct model *model)
{
    struct first_list *list = model_first_list(model);
    struct model_answer answer = { 0 };
    if (!first_list_due(list, model_now_ms(model)))
        return STATUS_OK;
    enum status st =
        model_list(model, "secrets", NULL, skip_object, NULL, &answer);
    first_list_tried(list, model_now_ms(model), answer.code == 200);
    model_answer_reset(&answer);
    return st;
}

/* What a start still waits for: lines of what is not good alone. */
static enum status
append_start_lines(
    struct model *model, bool with_informers, bool *failed, struct buf *body)
{
    enum status st = try_first_list(model);
    if (st == STATUS_OK && with_informers && !model_first_list(model)->done) {
        *failed = true;
        st =
            buf_append_text(body, "[-]informer-sync failed: reason withheld\n");
    }
    if (st == STATUS_OK && model_waits_for_storage(model)) {
        *failed = true;
        st = buf_append_text(body,
            "[-]poststarthook/storage-readiness failed: reason withheld\n");
    }
    return st;
}

/* All checks of an endpoint: "ok", or a line for each. */
static enum status
answer_root(struct model *model, const char *name, bool with_kms,
    struct model_answer *answer)
{
    struct encryption *encryption = model_encryption(model);
    struct buf body = { 0 };
    bool failed = false;
    enum status st = STATUS_OK;
    size_t checks = with_kms ? encryption_check_count(encryption) : 0;
    for (size_t i = 0; i < ARRAY_LEN(always_good) && st == STATUS_OK; i++)
        st = buf_printf(&body, "[+]%s ok\n", always_good[i]);
    for (size_t i = 0; i < checks && st == STATUS_OK; i++)
        st = append_root_line(encryption, i, &failed, &body);
    if (st == STATUS_OK)
        st = append_start_lines(
            model, span_equal_text(span_text(name), "readyz"), &failed, &body);
    if (st == STATUS_OK && !failed) {
        st = answer_ok(answer);
    } else if (st == STATUS_OK) {
        answer->code = 500;
        st = buf_printf(&body, "%s check failed\n", name);
        buf_take(&answer->message, &body);
    }
    buf_reset(&body);
    return st;
}

static enum status
answer_check(
    struct encryption *encryption, size_t index, struct model_answer *answer)
{
    struct transform_error error = { 0 };
    enum status st = STATUS_OK;
    if (encryption_check(encryption, index, &error) == STATUS_OK) {
        st = answer_ok(answer);
    } else {
        answer->code = 500;
        st = buf_printf(&answer->message, "internal server error: %s\n",
            buf_text(&error.text));
    }
    transform_error_reset(&error);
    return st;
}

static enum status
answer_named(struct encryption *encryption, struct span wanted, bool with_kms,
    struct model_answer *answer)
{
    size_t checks = with_kms ? encryption_check_count(encryption) : 0;
    for (size_t i = 0; i < ARRAY_LEN(always_good); i++)
        if (span_equal_text(wanted, always_good[i]))
            return answer_ok(answer);
    for (size_t i = 0; i < checks; i++) {
        struct buf name = { 0 };
        enum status st = encryption_check_name(encryption, i, &name);
        bool same = span_equal(buf_span(&name), wanted);
        buf_reset(&name);
        if (st != STATUS_OK)
            return st;
        if (same)
            return answer_check(encryption, i, answer);
    }
    return not_found(answer);
}

enum status
model_health(struct model *model, const char *path, struct model_answer *answer)
{
    struct encryption *encryption = model_encryption(model);
    struct span root = span_text(path), check = { NULL, 0 };
    model_answer_reset(answer);
    if (encryption == NULL)
        return buf_append_text(&answer->message, "the apiserver does not run");
    if (root.len == 0 || root.ptr[0] != '/')
        return not_found(answer);
    root = span_skip(root, 1);
    bool named = span_cut(root, '/', &root, &check);
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        if (!span_equal_text(root, endpoints[i].name))
            continue;
        return named ? answer_named(
                           encryption, check, endpoints[i].with_kms, answer)
                     : answer_root(model, endpoints[i].name,
                           endpoints[i].with_kms, answer);
    }
    return not_found(answer);
}
