/* SPDX-License-Identifier: Apache-2.0 */
/* GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateRandom. */
#include "api/operation.h"
#include "api/sealing.h"
#include "aws/validate.h"

/* How long the data key is to be: from its spec, or as told. */
static enum kms_error
read_length(struct call *call, size_t *len)
{
    struct span spec = call_text(call, "KeySpec");
    const struct json *bytes = call_member(call, "NumberOfBytes");
    if ((spec.len == 0) == (bytes == NULL))
        return call_fail(call, KMS_ERROR_VALIDATION,
            "Please specify either number of bytes or key spec.");
    if (bytes != NULL)
        *len = (size_t)validate_int(bytes);
    else
        *len = span_equal_text(spec, "AES_128") ? 16 : 32;
    return KMS_ERROR_NONE;
}

static enum status
draw(struct call *call, size_t len, struct buf *out)
{
    uint8_t *place;
    enum status status = buf_extend(out, len, &place);
    if (status == STATUS_OK)
        status = random_fill(&call->parts->random, place, len);
    return status;
}

static enum kms_error
generate(struct call *call, bool with_plaintext)
{
    struct buf plaintext = { 0 };
    struct buf blob = { 0 };
    const struct key *key = call->key.key;
    size_t len = 0;
    enum kms_error error = read_length(call, &len);
    if (error == KMS_ERROR_NONE)
        error = call_unsupported(call, "Recipient");
    if (error == KMS_ERROR_NONE)
        error = call_status(call, draw(call, len, &plaintext));
    if (error == KMS_ERROR_NONE)
        error = sealing_encrypt(
            call, key, "EncryptionContext", buf_span(&plaintext), &blob);
    if (error == KMS_ERROR_NONE) {
        struct json_writer w = json_writer_to(&call->answer);
        json_write_object_begin(&w);
        json_write_key_base64(&w, "CiphertextBlob", buf_span(&blob));
        if (with_plaintext)
            json_write_key_base64(&w, "Plaintext", buf_span(&plaintext));
        json_write_key_text(&w, "KeyId", key->arn);
        json_write_key_text(&w, "KeyMaterialId", key->material_id);
        json_write_object_end(&w);
        error = call_answered(call, &w);
    }
    buf_reset(&plaintext);
    buf_reset(&blob);
    return error;
}

enum kms_error
datakeys_generate(struct call *call)
{
    return generate(call, true);
}

enum kms_error
datakeys_generate_without_plaintext(struct call *call)
{
    return generate(call, false);
}

enum kms_error
datakeys_random(struct call *call)
{
    const struct json *bytes = call_member(call, "NumberOfBytes");
    struct buf drawn = { 0 };
    if (bytes == NULL)
        return call_fail(
            call, KMS_ERROR_VALIDATION, "NumberOfBytes is required.");
    enum kms_error error = call_unsupported(call, "Recipient");
    if (error == KMS_ERROR_NONE)
        error = call_unsupported(call, "CustomKeyStoreId");
    if (error == KMS_ERROR_NONE)
        error =
            call_status(call, draw(call, (size_t)validate_int(bytes), &drawn));
    if (error == KMS_ERROR_NONE) {
        struct json_writer w = json_writer_to(&call->answer);
        json_write_object_begin(&w);
        json_write_key_base64(&w, "Plaintext", buf_span(&drawn));
        json_write_object_end(&w);
        error = call_answered(call, &w);
    }
    buf_reset(&drawn);
    return error;
}
