/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect_report.h"

#include "base/json_writer.h"

static void
write_text(struct json_writer *w, const char *key, struct span text)
{
    if (text.len > 0)
        json_write_key_string(w, key, text);
}

static void
write_bytes(struct json_writer *w, const char *key, struct span bytes)
{
    if (bytes.len > 0)
        json_write_key_base64(w, key, bytes);
}

static void
write_annotations(struct json_writer *w, const struct byte_map *set)
{
    json_write_key(w, "annotations");
    json_write_object_begin(w);
    for (size_t i = 0; i < set->count; i++) {
        json_write_key_span(w, buf_span(&set->items[i].key));
        json_write_base64(w, buf_span(&set->items[i].value));
    }
    json_write_object_end(w);
}

static void
write_object(struct json_writer *w, const struct encrypted_object *object)
{
    write_text(w, "key_id", buf_span(&object->key_id));
    json_write_key_int(w, "source_type", object->type);
    json_write_key_text(
        w, "source_type_name", inspect_report_source_type(object->type));
    write_annotations(w, &object->annotations);
}

static void
write_parts(struct json_writer *w, const struct stored_value *value)
{
    write_bytes(w, "wrapped_key", value->wrapped);
    write_bytes(w, "info", value->info);
    write_bytes(w, "nonce", value->nonce);
    write_bytes(w, "tag", value->tag);
    json_write_key_int(w, "ciphertext_bytes", (int64_t)value->sealed.len);
}

enum status
inspect_report_json(const struct inspect_report *report, struct buf *out)
{
    const struct stored_value *value = report->value;
    struct json_writer w = json_writer_to(out);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_text(&w, "form", stored_value_form_name(value->form));
    json_write_key_int(&w, "bytes", (int64_t)report->bytes.len);
    write_text(&w, "provider", span_text(inspect_report_provider(value)));
    write_text(&w, "name", value->name);
    write_text(&w, "prefix", value->prefix);
    write_text(&w, "api_version", buf_span(&value->api_version));
    write_text(&w, "kind", buf_span(&value->object_kind));
    if (value->form == STORED_SEALED && value->kind == PROVIDER_KMS_V2)
        write_object(&w, &value->object);
    if (value->form == STORED_SEALED)
        write_parts(&w, value);
    write_text(&w, "problem", buf_span(&value->problem));
    if (report->show_plaintext)
        json_write_key_base64(&w, "plaintext", report->plaintext);
    json_write_object_end(&w);
    status = json_writer_end(&w);
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}
