/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/name.h"

static bool
is_alphanumeric(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
kind_name_is_valid(struct span name)
{
    if (name.len == 0 || name.len > KIND_NAME_MAX ||
        !is_alphanumeric(name.ptr[0]) ||
        !is_alphanumeric(name.ptr[name.len - 1]))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (!is_alphanumeric(name.ptr[i]) && name.ptr[i] != '-' &&
            name.ptr[i] != '.')
            return false;
    }
    return true;
}

enum status
kind_name_check(const char *name, struct buf *problem)
{
    if (kind_name_is_valid(span_text(name)))
        return STATUS_OK;
    buf_say(problem,
        "'%s' cannot be the name of a cluster: small letters, digits, '-' and"
        " '.', with a letter or digit at either end, at most %d of them",
        name, KIND_NAME_MAX);
    return STATUS_INVALID;
}

enum status
kind_name_node(
    const char *name, const char *role, size_t index, struct buf *out)
{
    enum status status = buf_printf(out, "%s-%s", name, role);

    if (status == STATUS_OK && index > 0)
        status = buf_printf(out, "%zu", index + 1);
    return status;
}
