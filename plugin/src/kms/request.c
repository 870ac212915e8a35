/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/request.h"

#include "base/json_writer.h"
#include "base/utf8.h"

static const struct {
    const char *target;
    const char *bytes_key;
    bool names_key;
} operations[] = {
    [KMS_ENCRYPT] = { "TrentService.Encrypt", "Plaintext", true },
    [KMS_DECRYPT] = { "TrentService.Decrypt", "CiphertextBlob", false },
};

const char *
request_target(enum kms_operation operation)
{
    return operations[operation].target;
}

/* Adds to *total, which never passes KMS_INPUT_MAX. */
static enum status
count_in(struct span part, size_t *total)
{
    if (part.len > KMS_INPUT_MAX - *total)
        return STATUS_TOO_LARGE;
    *total += part.len;
    return STATUS_OK;
}

static enum status
check_input(const struct kms_input *input)
{
    size_t total = 0;
    enum status st = count_in(input->bytes, &total);
    if (st == STATUS_OK)
        st = count_in(input->key_id, &total);
    if (st == STATUS_OK && !utf8_valid(input->key_id))
        st = STATUS_INVALID;
    for (size_t i = 0; i < input->context_count && st == STATUS_OK; i++) {
        const struct kms_context_pair *pair = &input->context[i];
        st = count_in(pair->key, &total);
        if (st == STATUS_OK)
            st = count_in(pair->value, &total);
        if (st == STATUS_OK &&
            (!utf8_valid(pair->key) || !utf8_valid(pair->value)))
            st = STATUS_INVALID;
    }
    return st;
}

static void
write_context(struct json_writer *w, const struct kms_input *input)
{
    json_write_key(w, "EncryptionContext");
    json_write_object_begin(w);
    for (size_t i = 0; i < input->context_count; i++) {
        json_write_key_span(w, input->context[i].key);
        json_write_string(w, input->context[i].value);
    }
    json_write_object_end(w);
}

enum status
request_body(const struct kms_input *input, struct buf *out)
{
    enum status st = check_input(input);
    if (st != STATUS_OK)
        return st;
    struct json_writer w = json_writer_to(out);
    json_write_object_begin(&w);
    if (operations[input->operation].names_key)
        json_write_key_string(&w, "KeyId", input->key_id);
    json_write_key_base64(
        &w, operations[input->operation].bytes_key, input->bytes);
    if (input->context_count > 0)
        write_context(&w, input);
    json_write_object_end(&w);
    return json_writer_end(&w);
}

#define KEY_START "{\"KeyId\":\""

struct span
request_key(struct span body)
{
    const struct span none = { NULL, 0 };
    struct span key, rest;
    if (!span_starts_with(body, SPAN_LITERAL(KEY_START)) ||
        !span_cut(span_skip(body, strlen(KEY_START)), '"', &key, &rest))
        return none;
    return key;
}

enum status
request_with_key(struct span body, struct span key, struct buf *out)
{
    size_t old_len = request_key(body).len;
    enum status st = buf_set(out, SPAN_LITERAL(KEY_START));
    if (st == STATUS_OK)
        st = buf_append(out, key);
    if (st == STATUS_OK)
        st = buf_append(out, span_skip(body, strlen(KEY_START) + old_len));
    return st;
}
