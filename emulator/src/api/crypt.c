/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypt, Decrypt, ReEncrypt. */
#include "api/operation.h"
#include "api/sealing.h"
#include "aws/validate.h"

#define ALGORITHM "SYMMETRIC_DEFAULT"

static enum kms_error
answer_encrypted(struct call *call, const struct buf *blob)
{
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    json_write_key_base64(&w, "CiphertextBlob", buf_span(blob));
    json_write_key_text(&w, "KeyId", call->key.key->arn);
    json_write_key_text(&w, "EncryptionAlgorithm", ALGORITHM);
    json_write_object_end(&w);
    return call_answered(call, &w);
}

enum kms_error
crypt_encrypt(struct call *call)
{
    struct buf plaintext = { 0 };
    struct buf blob = { 0 };
    enum kms_error error = sealing_check_algorithm(call, "EncryptionAlgorithm");
    if (error == KMS_ERROR_NONE)
        error = call_status(
            call, validate_blob(call_member(call, "Plaintext"), &plaintext));
    if (error == KMS_ERROR_NONE)
        error = sealing_encrypt(call, call->key.key, "EncryptionContext",
            buf_span(&plaintext), &blob);
    if (error == KMS_ERROR_NONE)
        error = answer_encrypted(call, &blob);
    buf_reset(&plaintext);
    buf_reset(&blob);
    return error;
}

static enum kms_error
answer_decrypted(struct call *call, const struct sealing_opened *opened)
{
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    json_write_key_text(&w, "KeyId", opened->lease.key->arn);
    json_write_key_base64(&w, "Plaintext", buf_span(&opened->plaintext));
    json_write_key_text(&w, "EncryptionAlgorithm", ALGORITHM);
    json_write_key_text(&w, "KeyMaterialId", opened->material_id);
    json_write_object_end(&w);
    return call_answered(call, &w);
}

enum kms_error
crypt_decrypt(struct call *call)
{
    static const struct sealing_members members = { "KeyId",
        "EncryptionContext", "EncryptionAlgorithm" };
    struct sealing_opened opened = { 0 };
    enum kms_error error = call_unsupported(call, "Recipient");
    if (error == KMS_ERROR_NONE)
        error = sealing_decrypt(call, &members, &opened);
    if (error == KMS_ERROR_NONE)
        error = answer_decrypted(call, &opened);
    sealing_opened_reset(&opened);
    return error;
}

static enum kms_error
answer_re_encrypted(struct call *call, const struct sealing_opened *opened,
    const struct buf *blob)
{
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    json_write_key_base64(&w, "CiphertextBlob", buf_span(blob));
    json_write_key_text(&w, "SourceKeyId", opened->lease.key->arn);
    json_write_key_text(&w, "KeyId", call->key.key->arn);
    json_write_key_text(&w, "SourceEncryptionAlgorithm", ALGORITHM);
    json_write_key_text(&w, "DestinationEncryptionAlgorithm", ALGORITHM);
    json_write_key_text(&w, "SourceKeyMaterialId", opened->material_id);
    json_write_key_text(
        &w, "DestinationKeyMaterialId", call->key.key->material_id);
    json_write_object_end(&w);
    return call_answered(call, &w);
}

enum kms_error
crypt_re_encrypt(struct call *call)
{
    static const struct sealing_members members = { "SourceKeyId",
        "SourceEncryptionContext", "SourceEncryptionAlgorithm" };
    struct sealing_opened opened = { 0 };
    struct buf blob = { 0 };
    enum kms_error error =
        sealing_check_algorithm(call, "DestinationEncryptionAlgorithm");
    if (error == KMS_ERROR_NONE)
        error = sealing_decrypt(call, &members, &opened);
    if (error == KMS_ERROR_NONE)
        error = sealing_encrypt(call, call->key.key,
            "DestinationEncryptionContext", buf_span(&opened.plaintext), &blob);
    if (error == KMS_ERROR_NONE)
        error = answer_re_encrypted(call, &opened, &blob);
    sealing_opened_reset(&opened);
    buf_reset(&blob);
    return error;
}
