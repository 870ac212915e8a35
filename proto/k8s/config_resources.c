/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/config_resources.h"

#include "base/json_writer.h"
#include "k8s/group_resource.h"

static struct group_resource
name_at(const struct yaml_node *list, size_t i)
{
    return group_resource_of(buf_span(&list->items[i]->text));
}

/* Whether one name's resources are among the other's. */
static bool
overlap(struct group_resource a, struct group_resource b)
{
    if (group_resource_is_all(a))
        return true;
    return span_equal(a.group, b.group) &&
           (group_resource_is_wildcard(a) || group_resource_is_wildcard(b));
}

/*
 * Looks for repeated and for overlapping names. The first repeated pair is not
 * looked at for overlap, as in kube-apiserver.
 */
static void
compare_names(const struct yaml_node *list, bool *repeated, bool *overlapping)
{
    *repeated = *overlapping = false;
    for (size_t i = 0; i < list->item_count; i++)
        for (size_t j = 0; j < list->item_count; j++) {
            struct group_resource a = name_at(list, i), b = name_at(list, j);
            if (i == j)
                continue;
            if (!*repeated && group_resource_equal(a, b))
                *repeated = true;
            else if (!*overlapping)
                *overlapping = overlap(a, b);
            if (*repeated && *overlapping)
                return;
        }
}

/* ["secrets","*."] */
static enum status
append_list(const struct yaml_node *list, struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    json_write_array_begin(&w);
    for (size_t i = 0; i < list->item_count; i++)
        json_write_string(&w, buf_span(&list->items[i]->text));
    json_write_array_end(&w);
    return json_writer_end(&w);
}

static void
check_overlap(const struct yaml_node *list, struct field_errors *errors)
{
    bool repeated, overlapping;
    struct buf value = { 0 };
    compare_names(list, &repeated, &overlapping);
    if (!repeated && !overlapping)
        return;
    enum status status = append_list(list, &value);
    field_errors_fail(errors, status);
    if (repeated)
        field_errors_invalid(errors, buf_span(&value),
            "the same resource cannot be specified multiple times");
    if (overlapping)
        field_errors_invalid(errors, buf_span(&value),
            "using overlapping resources such as 'secrets' and '*.' in the "
            "same resource list is not allowed as they will be masked");
    buf_reset(&value);
}

/* Resource names are ASCII in practice; of other letters, only those that
 * Latin and Greek write with capitals in one block are told. */
static bool
has_capital(struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z')
            return true;
        if (name.ptr[i] == 0xc3 && i + 1 < name.len &&
            name.ptr[i + 1] >= 0x80 && name.ptr[i + 1] <= 0x9e &&
            name.ptr[i + 1] != 0x97)
            return true;
    }
    return false;
}

static bool
has_no_rest_api(struct span name)
{
    return span_equal_text(name, "apiserveripinfo") ||
           span_equal_text(name, "serviceipallocations") ||
           span_equal_text(name, "servicenodeportallocations");
}

/* What is wrong with a name; NULL for nothing. */
static const char *
name_fault(struct span text)
{
    struct group_resource name = group_resource_of(text);
    if (has_capital(text))
        return "resource name should not contain capital letters";
    if (span_equal_text(text, "*"))
        return "use '*.' to encrypt all the resources from core API group or "
               "*.* to encrypt all resources";
    if (has_no_rest_api(text))
        return "resources which do not have REST API/s cannot be encrypted";
    if (span_equal_text(name.group, "events.k8s.io"))
        return "'*.events.k8s.io' objects are stored using the 'events' API "
               "group in etcd. Use 'events' instead in the config file";
    if (span_equal_text(name.group, "extensions"))
        return "'extensions' group has been removed and cannot be used for "
               "encryption";
    if (span_equal_text(name.group, "*") && !group_resource_is_wildcard(name))
        return "encrypting the same resource across groups is not supported";
    return NULL;
}

void
config_resources_check(
    const struct yaml_node *list, struct field_errors *errors)
{
    if (list == NULL || list->item_count == 0) {
        field_errors_required(
            errors, "at least one %s is required", buf_text(&errors->path));
        return;
    }
    check_overlap(list, errors);
    for (size_t i = 0; i < list->item_count; i++) {
        struct span name = buf_span(&list->items[i]->text);
        const char *fault = name_fault(name);
        size_t before = field_errors_enter(errors, "[%zu]", i);
        if (fault != NULL)
            field_errors_invalid_text(errors, name, fault);
        field_errors_leave(errors, before);
    }
}
