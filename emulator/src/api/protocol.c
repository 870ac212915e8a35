/* SPDX-License-Identifier: Apache-2.0 */
#include "api/protocol.h"

#include "access/header.h"
#include "api/answer.h"

#define CONTENT_TYPE "application/x-amz-json-1.1"
#define TARGET_PREFIX "TrentService."

static enum status
refuse(struct service_answer *answer, enum kms_error error)
{
    answer_error(answer, error, (struct span){ NULL, 0 });
    return STATUS_INVALID;
}

/* Without a method, target and content type of this protocol, AWS answers in
 * XML: it cannot know what is spoken. */
static enum status
refuse_unknown(struct service_answer *answer, struct span target)
{
    size_t dot;
    if (span_find(target, '.', &dot))
        answer_bare_error(answer, 404, "UnknownOperationException", NULL);
    else
        answer_bare_error(answer, 403, "AccessDeniedException",
            "Unable to determine service/operation name to be authorized");
    return STATUS_INVALID;
}

static bool
is_json(struct span content_type)
{
    struct span type = content_type;
    struct span parameters;
    (void)span_cut(content_type, ';', &type, &parameters);
    return span_equal_text(span_trim(type), CONTENT_TYPE);
}

static const struct kms_operation *
find_operation(struct span target)
{
    struct span prefix = SPAN_LITERAL(TARGET_PREFIX);
    if (!span_starts_with(target, prefix))
        return NULL;
    return kms_model_find(span_skip(target, prefix.len));
}

enum status
protocol_read(const struct service_request *request,
    struct protocol_request *out, struct service_answer *answer)
{
    struct span target = header_find(&request->wire, "x-amz-target");
    struct span content_type = header_find(&request->wire, "content-type");
    if (!span_equal_text(request->wire.method, "POST"))
        return refuse_unknown(answer, (struct span){ NULL, 0 });
    if (!is_json(content_type))
        return refuse_unknown(answer, target);
    const struct kms_operation *operation = find_operation(target);
    if (request->body.len == 0)
        return refuse(answer, operation == NULL ? KMS_ERROR_UNKNOWN_OPERATION
                                                : KMS_ERROR_SERIALIZATION);
    struct json_doc *doc = NULL;
    enum status status = json_parse(request->body, &doc, NULL);
    if (status == STATUS_INVALID)
        return refuse(answer, KMS_ERROR_SERIALIZATION);
    if (status != STATUS_OK)
        return status;
    if (operation == NULL) {
        json_doc_free(doc);
        return refuse(answer, KMS_ERROR_UNKNOWN_OPERATION);
    }
    *out = (struct protocol_request){ operation, doc };
    return STATUS_OK;
}
