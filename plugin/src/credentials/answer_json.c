/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/answer_json.h"

#include "base/json.h"
#include "base/utf8.h"
#include "credentials/credentials_set.h"
#include "credentials/timestamp.h"
#include "redact/redact.h"

#include <strings.h>

enum { SAID_MAX = 200 };

/* How a form calls its parts. */
static const struct {
    const char *inside; /* NULL: the object itself */
    const char *key, *secret, *token, *expires;
} forms[] = {
    [ANSWER_OF_PROCESS] = { NULL, "AccessKeyId", "SecretAccessKey",
        "SessionToken", "Expiration" },
    [ANSWER_OF_CONTAINER] = { NULL, "AccessKeyId", "SecretAccessKey", "Token",
        "Expiration" },
    [ANSWER_OF_INSTANCE] = { NULL, "AccessKeyId", "SecretAccessKey", "Token",
        "Expiration" },
    [ANSWER_OF_SSO] = { "roleCredentials", "accessKeyId", "secretAccessKey",
        "sessionToken", "expiration" },
};

void
answer_say_text(struct span text, struct buf *out)
{
    struct buf clean = { 0 };
    if (redact_append(&clean, text) == STATUS_OK)
        buf_say(out, "%.*s", SPAN_ARG(utf8_first(buf_span(&clean), SAID_MAX)));
    buf_reset(&clean);
}

/* A text; absent and null are empty where that is allowed. */
static enum status
read_text(const struct json *object, const char *name, bool needed,
    struct span *out, struct buf *problem)
{
    const struct json *node = json_member(object, name);
    enum json_kind kind = json_kind(node);
    bool absent = kind == JSON_KIND_ABSENT || kind == JSON_KIND_NULL;
    if (absent && needed) {
        buf_say(problem, "its answer lacks %s", name);
        return STATUS_INVALID;
    }
    if (!absent && kind != JSON_KIND_STRING) {
        buf_say(problem, "its answer's %s is no text", name);
        return STATUS_INVALID;
    }
    *out = json_get_string(node);
    return STATUS_OK;
}

static enum status
read_keys(const struct json *object, enum answer_form form,
    struct credentials_set *out, struct buf *problem)
{
    struct sigv4_credentials keys = { 0 };
    struct buf what = { 0 };
    enum status st =
        read_text(object, forms[form].key, true, &keys.access_key_id, problem);
    if (st == STATUS_OK)
        st = read_text(
            object, forms[form].secret, true, &keys.secret_access_key, problem);
    if (st == STATUS_OK)
        st = read_text(object, forms[form].token,
            form == ANSWER_OF_SSO || form == ANSWER_OF_INSTANCE,
            &keys.session_token, problem);
    if (st != STATUS_OK)
        return st;
    st = credentials_set_make(&keys, out, &what);
    if (st != STATUS_OK)
        buf_say(problem, "its answer's %s", buf_text(&what));
    buf_reset(&what);
    return st;
}

static enum status
read_milliseconds(const struct json *node, const char *name, int64_t *out,
    struct buf *problem)
{
    if (json_kind(node) == JSON_KIND_INT && json_get_int(node) > 0) {
        *out = json_get_int(node);
        return STATUS_OK;
    }
    buf_say(problem, "its answer's %s is no time", name);
    return STATUS_INVALID;
}

static enum status
read_expires(const struct json *object, enum answer_form form, int64_t *out,
    struct buf *problem)
{
    const char *name = forms[form].expires;
    struct span text;
    if (form == ANSWER_OF_SSO)
        return read_milliseconds(json_member(object, name), name, out, problem);
    enum status st =
        read_text(object, name, form == ANSWER_OF_INSTANCE, &text, problem);
    if (st != STATUS_OK)
        return st;
    *out = 0;
    if (text.len == 0)
        return STATUS_OK;
    st = timestamp_parse(text, out);
    if (st != STATUS_OK)
        buf_say(problem, "its answer's %s is no time", name);
    return st;
}

/* What a form has beside credentials. */
static enum status
check_frame(const struct json *root, enum answer_form form, struct buf *problem)
{
    const struct json *version = json_member(root, "Version");
    struct span code = json_get_string(json_member(root, "Code"));
    if (form == ANSWER_OF_PROCESS &&
        (json_kind(version) != JSON_KIND_INT || json_get_int(version) != 1)) {
        buf_say(problem, "its answer's Version is not 1");
        return STATUS_INVALID;
    }
    if (form != ANSWER_OF_INSTANCE ||
        (code.len == 7 &&
            strncasecmp((const char *)code.ptr, "Success", 7) == 0))
        return STATUS_OK;
    buf_say(problem, "it failed with ");
    answer_say_text(code.len > 0 ? code : SPAN_LITERAL("no Code"), problem);
    return STATUS_UNAVAILABLE;
}

static enum status
read_root(const struct json *root, enum answer_form form, struct provided *out,
    struct buf *problem)
{
    struct provided made = { 0 };
    const struct json *object = forms[form].inside == NULL
                                    ? root
                                    : json_member(root, forms[form].inside);
    if (json_kind(object) != JSON_KIND_OBJECT) {
        buf_say(problem, "its answer is not the JSON of credentials");
        return STATUS_INVALID;
    }
    enum status st = check_frame(root, form, problem);
    if (st == STATUS_OK)
        st = read_keys(object, form, &made.set, problem);
    if (st == STATUS_OK)
        st = read_expires(object, form, &made.expires_ms, problem);
    if (st == STATUS_OK)
        provided_take(out, &made);
    provided_reset(&made);
    return st;
}

enum status
answer_json_read(struct span text, enum answer_form form, struct provided *out,
    struct buf *problem)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse_strict(text, &doc, NULL);
    if (st != STATUS_OK) {
        buf_say(problem, "its answer is not JSON");
        return STATUS_INVALID;
    }
    st = read_root(json_root(doc), form, out, problem);
    json_doc_free(doc);
    return st;
}

void
answer_json_say_error(struct span text, struct buf *out)
{
    static const char *const names[] = { "code", "Code", "__type", "error",
        "message", "Message", "error_description" };
    struct json_doc *doc = NULL;
    if (json_parse(text, &doc, NULL) != STATUS_OK)
        return;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct span said =
            json_get_string(json_member(json_root(doc), names[i]));
        if (said.len > 0) {
            buf_say(out, ", ");
            answer_say_text(said, out);
        }
    }
    json_doc_free(doc);
}
