/* SPDX-License-Identifier: Apache-2.0 */
#include "api/sts_xml.h"

#include "api/answer.h"

#define XMLNS "https://sts.amazonaws.com/doc/2011-06-15/"

/* Text from outside, as XML shows it. */
static enum status
append_escaped(struct span text, struct buf *out)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < text.len && status == STATUS_OK; i++) {
        uint8_t c = text.ptr[i];
        if (c == '<')
            status = buf_append_text(out, "&lt;");
        else if (c == '>')
            status = buf_append_text(out, "&gt;");
        else if (c == '&')
            status = buf_append_text(out, "&amp;");
        else if (c < 0x20 && c != '\n' && c != '\t')
            status = buf_append_text(out, "?");
        else
            status = buf_append_byte(out, c);
    }
    return status;
}

void
sts_xml_fail(struct sts_xml *xml, enum status status)
{
    if (xml->status == STATUS_OK)
        xml->status = status;
}

void
sts_xml_begin(struct sts_xml *xml, const char *action)
{
    sts_xml_fail(xml, buf_printf(&xml->out,
                          "<%sResponse xmlns=\"" XMLNS "\">\n  <%sResult>\n",
                          action, action));
    xml->depth = 2;
}

void
sts_xml_open(struct sts_xml *xml, const char *name)
{
    sts_xml_fail(xml,
        buf_printf(&xml->out, "%*s<%s>\n", (int)(2 * xml->depth), "", name));
    xml->depth++;
}

void
sts_xml_close(struct sts_xml *xml, const char *name)
{
    xml->depth--;
    sts_xml_fail(xml,
        buf_printf(&xml->out, "%*s</%s>\n", (int)(2 * xml->depth), "", name));
}

void
sts_xml_text(struct sts_xml *xml, const char *name, struct span text)
{
    sts_xml_fail(
        xml, buf_printf(&xml->out, "%*s<%s>", (int)(2 * xml->depth), "", name));
    sts_xml_fail(xml, append_escaped(text, &xml->out));
    sts_xml_fail(xml, buf_printf(&xml->out, "</%s>\n", name));
}

void
sts_xml_optional(struct sts_xml *xml, const char *name, struct span text)
{
    if (text.len > 0)
        sts_xml_text(xml, name, text);
}

void
sts_xml_answer(struct sts_xml *xml, const char *action, struct span request_id,
    struct service_answer *answer)
{
    sts_xml_fail(xml, buf_printf(&xml->out,
                          "  </%sResult>\n"
                          "  <ResponseMetadata>\n"
                          "    <RequestId>%.*s</RequestId>\n"
                          "  </ResponseMetadata>\n"
                          "</%sResponse>\n",
                          action, SPAN_ARG(request_id), action));
    if (xml->status == STATUS_OK)
        answer_xml(answer, 200, &xml->out);
    else
        answer_failure(answer);
    buf_reset(&xml->out);
    *xml = (struct sts_xml){ 0 };
}

void
sts_xml_refuse(struct service_answer *answer, struct span request_id,
    unsigned http_status, const char *code, struct span message)
{
    struct sts_xml xml = { 0 };
    sts_xml_fail(&xml,
        buf_append_text(&xml.out, "<ErrorResponse xmlns=\"" XMLNS "\">\n"));
    xml.depth = 1;
    sts_xml_open(&xml, "Error");
    sts_xml_text(&xml, "Type", SPAN_LITERAL("Sender"));
    sts_xml_text(&xml, "Code", span_text(code));
    sts_xml_text(&xml, "Message", message);
    sts_xml_close(&xml, "Error");
    sts_xml_text(&xml, "RequestId", request_id);
    sts_xml_fail(&xml, buf_append_text(&xml.out, "</ErrorResponse>\n"));
    if (xml.status == STATUS_OK) {
        answer_xml(answer, http_status, &xml.out);
        answer->error_type = code;
    } else {
        answer_failure(answer);
    }
    buf_reset(&xml.out);
}
