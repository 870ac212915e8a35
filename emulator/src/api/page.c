/* SPDX-License-Identifier: Apache-2.0 */
#include "api/page.h"

#include "api/operation.h"
#include "aws/validate.h"
#include "base/encode.h"

/* Before the item: the form of the marker and the operation it is of. */
static void
say_prefix(const struct call *call, struct buf *out)
{
    buf_say(out, "1:%s:", kms_model_operation(call->operation->id)->name);
}

void
page_reset(struct page *page)
{
    buf_reset(&page->after);
    page->limit = 0;
}

/* Whether it is a marker of this list with an item that a list can hold. */
static bool
is_marker(struct span decoded, struct span prefix)
{
    size_t at;
    return span_starts_with(decoded, prefix) && decoded.len > prefix.len &&
           decoded.len - prefix.len <= STORE_KEY_PART_MAX &&
           !span_find(decoded, 0, &at);
}

static enum kms_error
read_marker(struct call *call, struct span marker, struct page *page)
{
    struct buf prefix = { 0 };
    struct buf decoded = { 0 };
    enum kms_error error = KMS_ERROR_NONE;
    say_prefix(call, &prefix);
    enum status status = base64_decode(marker, &decoded);
    if (status == STATUS_INVALID ||
        (status == STATUS_OK &&
            !is_marker(buf_span(&decoded), buf_span(&prefix))))
        error = call_fail(call, KMS_ERROR_INVALID_MARKER, "Invalid marker.");
    else if (status == STATUS_OK)
        status =
            buf_set(&page->after, span_skip(buf_span(&decoded), prefix.len));
    if (error == KMS_ERROR_NONE)
        error = call_status(call, status);
    buf_reset(&prefix);
    buf_reset(&decoded);
    return error;
}

enum kms_error
page_read(struct call *call, size_t fallback, size_t most, struct page *page)
{
    const struct json *limit = call_member(call, "Limit");
    const struct json *marker = call_member(call, "Marker");
    page->limit = fallback;
    if (limit != NULL)
        page->limit = (size_t)validate_int(limit);
    if (page->limit > most)
        page->limit = most;
    if (marker == NULL)
        return KMS_ERROR_NONE;
    return read_marker(call, json_get_string(marker), page);
}

void
page_write(
    struct call *call, struct json_writer *w, bool truncated, struct span last)
{
    struct buf marker = { 0 };
    json_write_key_bool(w, "Truncated", truncated);
    if (truncated) {
        say_prefix(call, &marker);
        if (buf_append(&marker, last) == STATUS_OK)
            json_write_key_base64(w, "NextMarker", buf_span(&marker));
    }
    buf_reset(&marker);
}
