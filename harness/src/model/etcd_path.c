/* SPDX-License-Identifier: Apache-2.0 */
#include "model/etcd_path.h"

static const struct {
    const char *resource, *path;
} special[] = {
    { "services", "services/specs" },
    { "endpoints", "services/endpoints" },
    { "nodes", "minions" },
    { "replicationcontrollers", "controllers" },
    { "ingresses.networking.k8s.io", "ingress" },
};

/* Kubernetes' own groups, whose name is not in the path. */
static bool
is_built_in(struct span group)
{
    static const char *const plain[] = { "", "apps", "batch", "autoscaling",
        "policy" };
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (span_equal_text(group, plain[i]))
            return true;
    return span_ends_with(group, SPAN_LITERAL(".k8s.io")) &&
           !span_equal_text(group, "apiextensions.k8s.io") &&
           !span_equal_text(group, "apiregistration.k8s.io");
}

enum status
etcd_path_of_resource(struct span resource, struct buf *out)
{
    struct span name = resource, group = { NULL, 0 };
    for (size_t i = 0; i < ARRAY_LEN(special); i++)
        if (span_equal_text(resource, special[i].resource))
            return buf_printf(out, "/registry/%s/", special[i].path);
    (void)span_cut(resource, '.', &name, &group);
    if (is_built_in(group))
        return buf_printf(out, "/registry/%.*s/", SPAN_ARG(name));
    return buf_printf(
        out, "/registry/%.*s/%.*s/", SPAN_ARG(group), SPAN_ARG(name));
}
