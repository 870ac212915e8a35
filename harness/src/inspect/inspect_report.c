/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect_report.h"

#include "base/encode.h"
#include "base/utf8.h"

enum { SHOWN_BYTES = 8 };

const char *
inspect_report_provider(const struct stored_value *value)
{
    if (value->form != STORED_SEALED)
        return "";
    if (value->kind == PROVIDER_KMS_V1)
        return "kms v1";
    if (value->kind == PROVIDER_KMS_V2)
        return "kms v2";
    return provider_kind_name(value->kind);
}

const char *
inspect_report_source_type(int32_t type)
{
    if (type == ENCRYPTED_OBJECT_AES_GCM_KEY)
        return "AES_GCM_KEY";
    if (type == ENCRYPTED_OBJECT_SEED)
        return "HKDF_SHA256_XNONCE_AES_GCM_SEED";
    return "unknown";
}

/* Stored text may hold anything: what would disturb a terminal is escaped. */
static enum status
append_safe(struct span text, struct buf *out)
{
    enum status status = STATUS_OK;

    while (text.len > 0 && status == STATUS_OK) {
        uint32_t character;
        size_t len = utf8_decode(text, &character);
        bool shown = len > 0 && character >= 0x20 && character != '\\' &&
                     (character < 0x7f || character >= 0xa0);

        if (len == 0)
            len = 1;
        if (shown)
            status = buf_append(out, span_first(text, len));
        else if (text.ptr[0] == '\n')
            status = buf_append_byte(out, '\n');
        else
            for (size_t i = 0; i < len && status == STATUS_OK; i++)
                status = buf_printf(out, "\\x%02x", text.ptr[i]);
        text = span_skip(text, len);
    }
    return status;
}

static enum status
add_text(const char *name, struct span text, struct buf *out)
{
    enum status status;

    if (text.len == 0)
        return STATUS_OK;
    status = buf_printf(out, "%-14s ", name);
    if (status == STATUS_OK)
        status = append_safe(text, out);
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}

/* "185 bytes: 0101020300785c12…" */
static enum status
add_bytes(const char *name, struct span bytes, struct buf *out)
{
    enum status status;

    if (bytes.len == 0)
        return STATUS_OK;
    status = buf_printf(out, "%-14s %zu bytes: ", name, bytes.len);
    if (status == STATUS_OK)
        status = hex_encode(span_first(bytes, SHOWN_BYTES), out);
    if (status == STATUS_OK && bytes.len > SHOWN_BYTES)
        status = buf_append_text(out, "…");
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}

static enum status
add_object(const struct encrypted_object *object, struct buf *out)
{
    enum status status = add_text("key id", buf_span(&object->key_id), out);

    if (status == STATUS_OK)
        status = buf_printf(out, "%-14s %s (%d)\n", "source type",
            inspect_report_source_type(object->type), (int)object->type);
    if (status == STATUS_OK && object->annotations.count == 0)
        status = buf_printf(out, "%-14s none\n", "annotations");
    for (size_t i = 0; i < object->annotations.count && status == STATUS_OK;
         i++) {
        const struct byte_map_item *a = &object->annotations.items[i];

        status = add_text("annotation", buf_span(&a->key), out);
        if (status == STATUS_OK)
            status = add_bytes("  its value", buf_span(&a->value), out);
    }
    return status;
}

static enum status
add_parts(const struct stored_value *value, struct buf *out)
{
    const struct {
        const char *name;
        struct span bytes;
    } parts[] = {
        { "wrapped key", value->wrapped },
        { "info", value->info },
        { "nonce", value->nonce },
        { "ciphertext", value->sealed },
        { "tag", value->tag },
    };
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(parts) && status == STATUS_OK; i++)
        status = add_bytes(parts[i].name, parts[i].bytes, out);
    return status;
}

static enum status
add_plaintext(const struct inspect_report *report, struct buf *out)
{
    enum status status;

    if (!report->show_plaintext)
        return STATUS_OK;
    status = buf_printf(
        out, "%-14s %zu bytes:\n", "plaintext", report->plaintext.len);
    if (status == STATUS_OK)
        status = append_safe(report->plaintext, out);
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}

enum status
inspect_report_text(const struct inspect_report *report, struct buf *out)
{
    const struct stored_value *value = report->value;
    enum status status = buf_printf(out, "%-14s %s, %zu bytes\n", "value",
        stored_value_form_name(value->form), report->bytes.len);

    if (status == STATUS_OK)
        status = add_text(
            "provider", span_text(inspect_report_provider(value)), out);
    if (status == STATUS_OK)
        status = add_text("name", value->name, out);
    if (status == STATUS_OK)
        status = add_text("prefix", value->prefix, out);
    if (status == STATUS_OK)
        status = add_text("apiVersion", buf_span(&value->api_version), out);
    if (status == STATUS_OK)
        status = add_text("kind", buf_span(&value->object_kind), out);
    if (status == STATUS_OK && value->form == STORED_SEALED &&
        value->kind == PROVIDER_KMS_V2)
        status = add_object(&value->object, out);
    if (status == STATUS_OK)
        status = add_parts(value, out);
    if (status == STATUS_OK)
        status = add_text("problem", buf_span(&value->problem), out);
    return status == STATUS_OK ? add_plaintext(report, out) : status;
}
