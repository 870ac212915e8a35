/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/params.h"

void
params_refuse(struct params *params, const char *words)
{
    if (params->status == STATUS_OK)
        params->status = fault_refuse(&params->place, "%s", words);
}

bool
params_has(const struct params *params, const char *name)
{
    return json_member(params->object, name) != NULL;
}

void
params_text(struct params *params, const char *name, struct buf *out)
{
    const struct json *node = json_member(params->object, name);

    if (params->status != STATUS_OK || node == NULL)
        return;
    if (json_kind(node) != JSON_KIND_STRING)
        params->status = fault_refuse(&params->place, "%s: not a text", name);
    else
        params->status = buf_set(out, json_get_string(node));
}

void
params_int(struct params *params, const char *name, int64_t min, int64_t max,
    int64_t *out)
{
    if (params->status == STATUS_OK)
        params->status =
            fault_read_int(&params->place, params->object, name, min, max, out);
}

void
params_duration(struct params *params, const char *name, int64_t *ms)
{
    if (params->status == STATUS_OK)
        params->status =
            fault_read_duration(&params->place, params->object, name, ms);
}

/* "flip, truncate or empty" */
static void
refuse_word(struct params *params, const char *name, const char *const *words)
{
    struct buf list = { 0 };

    for (size_t i = 0; words[i] != NULL; i++)
        buf_say(&list, "%s%s",
            i == 0                 ? ""
            : words[i + 1] == NULL ? " or "
                                   : ", ",
            words[i]);
    params->status =
        fault_refuse(&params->place, "%s: not %s", name, buf_text(&list));
    buf_reset(&list);
}

void
params_word(struct params *params, const char *name, const char *const *words,
    size_t *index)
{
    const struct json *node = json_member(params->object, name);

    if (params->status != STATUS_OK || node == NULL)
        return;
    for (size_t i = 0; words[i] != NULL; i++)
        if (span_equal_text(json_get_string(node), words[i])) {
            *index = i;
            return;
        }
    refuse_word(params, name, words);
}

struct params
params_enter(struct params *params, const char *name, const char *const *names)
{
    struct params inner = *params;
    size_t count = 0;

    inner.object = json_member(params->object, name);
    while (names != NULL && names[count] != NULL)
        count++;
    if (inner.object == NULL || inner.status != STATUS_OK)
        return inner;
    if (names != NULL)
        inner.status = fault_fields(&inner.place, inner.object, names, count);
    else if (json_kind(inner.object) != JSON_KIND_OBJECT)
        inner.status = fault_refuse(&inner.place, "%s: not an object", name);
    return inner;
}

void
params_leave(struct params *params, const struct params *inner)
{
    params->status = inner->status;
}
