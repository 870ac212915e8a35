/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/errors.h"

#include "base/json_writer.h"

#define JSON_TYPE "application/x-amz-json-1.1"
#define NAMESPACE "com.amazonaws.kms#"
#define URI ":http://internal.amazon.com/coral/com.amazonaws.kms/"
#define PAGE                                                                   \
    "<html>\r\n<head><title>503 Service Temporarily Unavailable</title>"       \
    "</head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable"     \
    "</h1></center>\r\n</body>\r\n</html>\r\n"

/* What AWS says where it speaks of the key: around its ARN. */
struct key_words {
    enum kms_error error;
    const char *before, *after;
};

static const struct key_words *
key_words_of(enum kms_error error)
{
    static const struct key_words rows[] = {
        { KMS_ERROR_DISABLED, "", " is disabled." },
        { KMS_ERROR_KMS_INVALID_STATE, "", " is pending deletion." },
        { KMS_ERROR_NOT_FOUND, "Key '", "' does not exist" },
        { KMS_ERROR_INVALID_KEY_USAGE, "",
            " key usage is SIGN_VERIFY which is not valid for Encrypt." },
        { KMS_ERROR_KEY_UNAVAILABLE, "",
            " is not available. You can retry the request." },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].error == error)
            return &rows[i];
    return NULL;
}

/* What goes with an error of which nothing but its name is known. */
static const char *
usual_text(enum kms_error error)
{
    if (error == KMS_ERROR_DEPENDENCY_TIMEOUT)
        return "The system timed out while trying to fulfill the request. "
               "You can retry the request.";
    if (error == KMS_ERROR_SERVICE_UNAVAILABLE)
        return "Service Unavailable";
    return kms_error_text(error);
}

/* Of who lacks the right: what IAM says where no policy of the caller's grants
 * it. ReEncrypt is two rights; the named key is the one that encrypts. */
static enum status
say_denied(const struct service_facts *facts, struct buf *out)
{
    const char *right = strcmp(facts->operation, "ReEncrypt") == 0
                            ? "ReEncryptTo"
                            : facts->operation;
    const struct span any = SPAN_LITERAL("*");
    const struct span key = facts->key_arn.len > 0 ? facts->key_arn : any;
    return buf_printf(out,
        "User: %.*s is not authorized to perform: kms:%s on resource: %.*s "
        "because no identity-based policy allows the kms:%s action",
        SPAN_ARG(facts->caller), right, SPAN_ARG(key), right);
}

/* AWS's words. */
static enum status
say(enum kms_error error, const struct service_facts *facts, struct buf *out)
{
    const struct key_words *words = key_words_of(error);
    if (error == KMS_ERROR_ACCESS_DENIED)
        return say_denied(facts, out);
    if (words == NULL || facts->key_arn.len == 0)
        return buf_append_text(out, usual_text(error));
    return buf_printf(
        out, "%s%.*s%s", words->before, SPAN_ARG(facts->key_arn), words->after);
}

static void
fail(struct service_answer *answer)
{
    buf_reset(&answer->body);
    answer->http_status = 500;
    answer->content_type = NULL;
    answer->error_type = NULL;
}

static void
fill(struct mark *mark, unsigned http_status, enum status st,
    struct service_answer *answer)
{
    if (st != STATUS_OK) {
        fail(answer);
        return;
    }
    answer->http_status = http_status;
    answer->content_type = answer->body.len > 0 ? JSON_TYPE : NULL;
    answer->error_type = buf_text(&mark->error_type);
}

void
errors_plain(struct mark *mark, enum kms_error error, struct span message,
    const struct service_facts *facts, struct service_answer *answer)
{
    struct buf words = { 0 };
    enum status st = message.len > 0 ? buf_append(&words, message)
                                     : say(error, facts, &words);
    buf_clear(&answer->body);
    if (st == STATUS_OK)
        st = kms_error_write(error, buf_span(&words), &answer->body);
    if (st == STATUS_OK)
        st = buf_set(&mark->error_type, span_text(kms_error_type(error)));
    fill(mark, kms_error_http_status(error), st, answer);
    buf_reset(&words);
}

/* How the name is told. */
static enum status
name_error(const struct action *action, struct buf *out)
{
    const char *code = buf_text(&action->code);
    switch ((enum action_variant)action->variant) {
    case ACTION_VARIANT_NAMESPACE:
        return buf_printf(out, NAMESPACE "%s", code);
    case ACTION_VARIANT_URI:
        return buf_printf(out, "%s" URI, code);
    case ACTION_VARIANT_PLAIN:
    case ACTION_VARIANT_HEADER:
    case ACTION_VARIANT_MESSAGE:
        break;
    }
    return buf_append_text(out, code);
}

static enum status
write_body(const struct action *action, struct span type, struct span words,
    struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    if (action->variant != ACTION_VARIANT_HEADER)
        json_write_key_string(&w, "__type", type);
    if (words.len > 0)
        json_write_key_string(&w,
            action->variant == ACTION_VARIANT_MESSAGE ? "Message" : "message",
            words);
    json_write_object_end(&w);
    return json_writer_end(&w);
}

static void
answer_variant(struct mark *mark, const struct action *action,
    const struct service_facts *facts, struct service_answer *answer)
{
    struct buf words = { 0 }, type = { 0 };
    enum status st = action->message.len > 0
                         ? buf_append(&words, buf_span(&action->message))
                         : say(action->error, facts, &words);
    if (st == STATUS_OK)
        st = name_error(action, &type);
    buf_clear(&answer->body);
    if (st == STATUS_OK)
        st = write_body(
            action, buf_span(&type), buf_span(&words), &answer->body);
    if (st == STATUS_OK)
        st = buf_set(&mark->error_type, buf_span(&type));
    fill(mark, kms_error_http_status(action->error), st, answer);
    buf_reset(&words);
    buf_reset(&type);
}

void
errors_answer(struct mark *mark, const struct action *action,
    const struct service_facts *facts, struct service_answer *answer)
{
    if (action->error != KMS_ERROR_NONE &&
        action->variant == ACTION_VARIANT_PLAIN)
        errors_plain(
            mark, action->error, buf_span(&action->message), facts, answer);
    else
        answer_variant(mark, action, facts, answer);
    if (action->status != 0 && answer->error_type != NULL)
        answer->http_status = (unsigned)action->status;
}

void
errors_page(const struct action *action, struct service_answer *answer)
{
    bool html = action->kind == ACTION_HTML;
    answer->http_status = action->status != 0 ? (unsigned)action->status
                          : html              ? 503
                                              : 500;
    answer->error_type = NULL;
    answer->content_type = html ? "text/html" : NULL;
    buf_clear(&answer->body);
    if (html && buf_append(&answer->body,
                    action->body.len > 0 ? buf_span(&action->body)
                                         : SPAN_LITERAL(PAGE)) != STATUS_OK)
        fail(answer);
}
