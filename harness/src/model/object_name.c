/* SPDX-License-Identifier: Apache-2.0 */
#include "model/object_name.h"

#include "k8s/dns_name.h"
#include "k8s/go_text.h"

static const struct {
    const char *resource, *kind;
} kinds[] = {
    { "secrets", "Secret" },
    { "configmaps", "ConfigMap" },
};

static enum status
say(const char *kind, const char *name, const struct transform_error *error,
    struct buf *words)
{
    struct buf quoted = { 0 };
    enum status st = go_text_quote(span_text(name), &quoted);

    if (st == STATUS_OK)
        st = buf_printf(words, "%s %s is invalid: %s", kind, buf_text(&quoted),
            buf_text(&error->text));
    buf_reset(&quoted);
    return st == STATUS_OK ? STATUS_INVALID : st;
}

static enum status
check(const char *kind, const char *name, struct buf *words)
{
    static const char field[] = "metadata.name";
    struct transform_error error = { 0 };
    enum status st = STATUS_INVALID;

    if (name[0] == '\0')
        transform_error_set(&error,
            "%s: Required value: name or generateName is required", field);
    else
        st = dns_name_check_object(field, span_text(name), &error);
    if (st == STATUS_INVALID)
        st = say(kind, name, &error, words);
    transform_error_reset(&error);
    return st;
}

enum status
object_name_check(const struct model_object *object, struct buf *words)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(object->resource, kinds[i].resource) == 0)
            return check(kinds[i].kind, object->name, words);
    return STATUS_OK;
}
