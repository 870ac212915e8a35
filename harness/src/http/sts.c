/* SPDX-License-Identifier: Apache-2.0 */
#include "http/sts.h"

#include "http/signed.h"

void
sts_session_reset(struct sts_session *session)
{
    buf_reset(&session->access_key_id);
    buf_reset(&session->secret_access_key);
    buf_reset(&session->token);
    buf_reset(&session->expiration);
}

/* Appends "&NAME=" and the text, escaped for a form. */
static enum status
append_field(struct buf *out, const char *name, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-_.~";
    enum status status = buf_printf(out, "&%s=", name);

    for (const char *c = text; *c != '\0' && status == STATUS_OK; c++)
        status = strchr(plain, *c) != NULL
                     ? buf_append_byte(out, (uint8_t)*c)
                     : buf_printf(out, "%%%02X", (unsigned)(uint8_t)*c);
    return status;
}

/* The text of the first element of that name. None of what is read here needs
 * unescaping but messages, which are for people. */
static struct span
element(struct span xml, const char *name)
{
    struct span text;
    size_t at, len = strlen(name);

    for (;;) {
        if (!span_search(xml, span_text(name), &at))
            return (struct span){ NULL, 0 };
        xml = span_skip(xml, at + len);
        if (xml.len > 0 && xml.ptr[0] == '>')
            break;
    }
    return span_cut(span_skip(xml, 1), '<', &text, &xml)
               ? text
               : (struct span){ NULL, 0 };
}

static enum status
read_session(struct span xml, struct sts_session *session)
{
    const struct {
        const char *name;
        struct buf *place;
    } parts[] = {
        { "<AccessKeyId", &session->access_key_id },
        { "<SecretAccessKey", &session->secret_access_key },
        { "<SessionToken", &session->token },
        { "<Expiration", &session->expiration },
    };
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(parts) && status == STATUS_OK; i++) {
        struct span text = element(xml, parts[i].name);

        status = text.len == 0 ? STATUS_INVALID : buf_set(parts[i].place, text);
    }
    return status;
}

enum status
sts_read(unsigned http_status, struct span body, struct sts_session *session,
    struct buf *problem)
{
    struct sts_session read = { 0 };
    enum status status;

    if (http_status != 200) {
        buf_say(problem, "AssumeRole was refused with status %u: %.*s: %.*s",
            http_status, SPAN_ARG(element(body, "<Code")),
            SPAN_ARG(element(body, "<Message")));
        return STATUS_DENIED;
    }
    status = read_session(body, &read);
    if (status == STATUS_INVALID)
        buf_say(problem, "the answer of STS has no credentials");
    if (status == STATUS_OK)
        *session = read;
    else
        sts_session_reset(&read);
    return status;
}

enum status
sts_assume_role(const struct kms_account *account, const char *role_arn,
    const char *session_name, struct sts_session *session, struct buf *problem)
{
    struct http_answer answer = { 0 };
    struct buf form = { 0 };
    struct signed_call call = { .service = "sts",
        .content_type = "application/x-www-form-urlencoded" };
    enum status status =
        buf_append_text(&form, "Action=AssumeRole&Version=2011-06-15");

    if (status == STATUS_OK)
        status = append_field(&form, "RoleArn", role_arn);
    if (status == STATUS_OK)
        status = append_field(&form, "RoleSessionName", session_name);
    call.body = buf_span(&form);
    if (status == STATUS_OK)
        status = signed_send(account, &call, &answer, problem);
    if (status == STATUS_OK)
        status =
            sts_read(answer.status, buf_span(&answer.body), session, problem);
    http_answer_reset(&answer);
    buf_reset(&form);
    return status;
}
