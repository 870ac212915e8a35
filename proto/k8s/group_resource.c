/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/group_resource.h"

struct group_resource
group_resource_of(struct span text)
{
    struct group_resource name = { .resource = text };
    (void)span_cut(text, '.', &name.resource, &name.group);
    return name;
}

bool
group_resource_equal(struct group_resource a, struct group_resource b)
{
    return span_equal(a.resource, b.resource) && span_equal(a.group, b.group);
}

bool
group_resource_is_wildcard(struct group_resource name)
{
    return span_equal_text(name.resource, "*");
}

bool
group_resource_is_all(struct group_resource name)
{
    return group_resource_is_wildcard(name) && span_equal_text(name.group, "*");
}

enum status
group_resource_append(struct group_resource name, struct buf *out)
{
    enum status status = buf_append(out, name.resource);
    bool dot = name.group.len > 0 || group_resource_is_wildcard(name);
    if (status == STATUS_OK && dot)
        status = buf_append_byte(out, '.');
    return status == STATUS_OK ? buf_append(out, name.group) : status;
}
