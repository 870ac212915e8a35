/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/credentials_set.h"

enum { VALUE_MAX = 8192 }; /* session tokens have no stated limit */

void
credentials_set_reset(struct credentials_set *set)
{
    buf_reset(&set->access_key_id);
    buf_reset(&set->secret_access_key);
    buf_reset(&set->session_token);
}

struct sigv4_credentials
credentials_set_view(const struct credentials_set *set)
{
    return (struct sigv4_credentials){
        buf_span(&set->access_key_id),
        buf_span(&set->secret_access_key),
        buf_span(&set->session_token),
    };
}

static enum status
set_copy(const struct sigv4_credentials *from, struct credentials_set *to)
{
    struct credentials_set copy = { 0 };
    enum status st = buf_append(&copy.access_key_id, from->access_key_id);
    if (st == STATUS_OK)
        st = buf_append(&copy.secret_access_key, from->secret_access_key);
    if (st == STATUS_OK)
        st = buf_append(&copy.session_token, from->session_token);
    if (st == STATUS_OK) {
        buf_take(&to->access_key_id, &copy.access_key_id);
        buf_take(&to->secret_access_key, &copy.secret_access_key);
        buf_take(&to->session_token, &copy.session_token);
    }
    credentials_set_reset(&copy);
    return st;
}

enum status
credentials_set_copy(
    const struct credentials_set *from, struct credentials_set *to)
{
    const struct sigv4_credentials view = credentials_set_view(from);
    return set_copy(&view, to);
}

/* NULL, or what is wrong with the value. */
static const char *
find_fault(struct span value, bool may_be_empty)
{
    if (value.len == 0)
        return may_be_empty ? NULL : "is empty";
    if (value.len > VALUE_MAX)
        return "is too long";
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] <= ' ' || value.ptr[i] >= 0x7f)
            return "has a blank or a character that is not ASCII";
    return NULL;
}

enum status
credentials_set_make(const struct sigv4_credentials *from,
    struct credentials_set *out, struct buf *problem)
{
    const struct {
        const char *name;
        struct span value;
        bool may_be_empty;
    } parts[] = {
        { "access key id", from->access_key_id, false },
        { "secret access key", from->secret_access_key, false },
        { "session token", from->session_token, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *fault = find_fault(parts[i].value, parts[i].may_be_empty);
        if (fault == NULL)
            continue;
        buf_say(problem, "%s %s", parts[i].name, fault);
        return STATUS_INVALID;
    }
    return set_copy(from, out);
}

bool
credentials_is_region(struct span text)
{
    enum { REGION_MAX = 63 }; /* it becomes a label of a host name */
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return text.len > 0 && text.len <= REGION_MAX;
}
