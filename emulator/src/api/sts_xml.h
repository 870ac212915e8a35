/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers of STS: XML of the query protocol. Errors stick, and the end
 * tells. What is written is wiped: answers carry secrets.
 */
#ifndef API_STS_XML_H
#define API_STS_XML_H

#include "api/service.h"

struct sts_xml {
    struct buf out;
    enum status status;
    unsigned depth;
};

/* Opens ACTIONResponse and, in it, ACTIONResult. */
void sts_xml_begin(struct sts_xml *xml, const char *action);
void sts_xml_open(struct sts_xml *xml, const char *name);
void sts_xml_close(struct sts_xml *xml, const char *name);
/* An element with text, escaped. */
void sts_xml_text(struct sts_xml *xml, const char *name, struct span text);
/* The same where there is a text; nothing for an empty one. */
void sts_xml_optional(struct sts_xml *xml, const char *name, struct span text);
/* Something else failed that belongs to it; STATUS_OK does nothing. */
void sts_xml_fail(struct sts_xml *xml, enum status status);

/* Closes what begin opened, adds the metadata, and answers with it; or with a
 * bare failure. Leaves *xml empty. */
void sts_xml_answer(struct sts_xml *xml, const char *action,
    struct span request_id, struct service_answer *answer);

/* Answers with an error. `code` is static. */
void sts_xml_refuse(struct service_answer *answer, struct span request_id,
    unsigned http_status, const char *code, struct span message);

#endif
