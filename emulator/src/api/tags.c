/* SPDX-License-Identifier: Apache-2.0 */
/* TagResource, UntagResource, ListResourceTags. */
#include "api/tags.h"
#include "api/operation.h"
#include "api/page.h"

#include <strings.h>

static bool
is_reserved(struct span name)
{
    return name.len >= 4 && strncasecmp((const char *)name.ptr, "aws:", 4) == 0;
}

static struct span
tag_name(const struct json *tags, size_t index)
{
    return json_get_string(json_member(json_at(tags, index), "TagKey"));
}

static enum kms_error
check_tags(struct call *call, const struct json *tags)
{
    size_t count = json_count(tags);
    if (count > LIMITS_TAGS_MAX)
        return call_fail(call, KMS_ERROR_TAG, "Too many tags");
    for (size_t i = 0; i < count; i++) {
        struct span name = tag_name(tags, i);
        if (is_reserved(name))
            return call_fail(
                call, KMS_ERROR_TAG, "Tags beginning with aws: are reserved");
        for (size_t j = 0; j < i; j++)
            if (span_equal(name, tag_name(tags, j)))
                return call_fail(call, KMS_ERROR_TAG, "Duplicate tag keys");
    }
    return KMS_ERROR_NONE;
}

enum kms_error
tags_put(struct call *call, const struct json *tags, struct key *key)
{
    enum kms_error error = check_tags(call, tags);
    for (size_t i = 0; i < json_count(tags) && error == KMS_ERROR_NONE; i++) {
        const struct json *tag = json_at(tags, i);
        enum status status = key_tag_put(key, tag_name(tags, i),
            json_get_string(json_member(tag, "TagValue")));
        if (status == STATUS_TOO_LARGE)
            return call_fail(call, KMS_ERROR_TAG, "Too many tags");
        error = call_status(call, status);
    }
    return error;
}

enum kms_error
tags_add(struct call *call)
{
    struct key *key = &call->key.own;
    enum kms_error error = tags_put(call, call_member(call, "Tags"), key);
    if (error == KMS_ERROR_NONE)
        call_put_key(call, key);
    return error;
}

enum kms_error
tags_remove(struct call *call)
{
    struct key *key = &call->key.own;
    const struct json *names = call_member(call, "TagKeys");
    for (size_t i = 0; i < json_count(names); i++)
        key_tag_remove(key, json_get_string(json_at(names, i)));
    call_put_key(call, key);
    return KMS_ERROR_NONE;
}

static enum kms_error
list(struct call *call, const struct page *page)
{
    const struct key *key = call->key.key;
    struct json_writer w = json_writer_to(&call->answer);
    size_t from = 0;
    while (from < key->tag_count && span_compare(buf_span(&key->tags[from].key),
                                        buf_span(&page->after)) <= 0)
        from++;
    size_t count = key->tag_count - from;
    bool truncated = count > page->limit;
    if (truncated)
        count = page->limit;
    json_write_object_begin(&w);
    json_write_key(&w, "Tags");
    json_write_array_begin(&w);
    for (size_t i = from; i < from + count; i++) {
        json_write_object_begin(&w);
        json_write_key_string(&w, "TagKey", buf_span(&key->tags[i].key));
        json_write_key_string(&w, "TagValue", buf_span(&key->tags[i].value));
        json_write_object_end(&w);
    }
    json_write_array_end(&w);
    page_write(call, &w, truncated,
        truncated ? buf_span(&key->tags[from + count - 1].key)
                  : (struct span){ NULL, 0 });
    json_write_object_end(&w);
    return call_answered(call, &w);
}

enum kms_error
tags_list(struct call *call)
{
    struct page page = { 0 };
    enum kms_error error =
        page_read(call, LIMITS_PAGE_TAGS_DEFAULT, LIMITS_PAGE_TAGS_MAX, &page);
    if (error == KMS_ERROR_NONE)
        error = list(call, &page);
    page_reset(&page);
    return error;
}
