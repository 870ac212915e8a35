/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile request body is refused in AWS's words, or its blobs decode. The
 * first byte chooses the operation, the rest is the body.
 */
#include "aws/validate.h"
#include "fuzz/fuzz.h"

static void
check_blobs(const struct aws_shape *input, const struct json *body)
{
    for (size_t i = 0; i < input->member_count; i++) {
        const struct aws_member *member = &input->members[i];
        struct buf blob = { 0 };
        if (member->shape->type != AWS_TYPE_BLOB)
            continue;
        FUZZ_CHECK(
            validate_blob(json_member(body, member->name), &blob) == STATUS_OK);
        FUZZ_CHECK(
            !member->shape->has_max || blob.len <= (size_t)member->shape->max);
        buf_reset(&blob);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct json_doc *doc = NULL;
    struct buf message = { 0 };
    enum kms_error error = KMS_ERROR_COUNT;
    if (len == 0)
        return 0;
    const struct kms_operation *operation = kms_model_operation(
        (enum kms_operation_id)(bytes[0] % KMS_OPERATION_COUNT));
    if (json_parse(span_of(bytes + 1, len - 1), &doc, NULL) != STATUS_OK)
        return 0;
    FUZZ_CHECK(validate_request(operation->input, json_root(doc), &error,
                   &message) == STATUS_OK);
    FUZZ_CHECK(error == KMS_ERROR_NONE || error == KMS_ERROR_VALIDATION ||
               error == KMS_ERROR_SERIALIZATION);
    if (error == KMS_ERROR_NONE) {
        FUZZ_CHECK(message.len == 0);
        check_blobs(operation->input, json_root(doc));
    }
    buf_reset(&message);
    json_doc_free(doc);
    return 0;
}
