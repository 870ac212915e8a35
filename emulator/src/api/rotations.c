/* SPDX-License-Identifier: Apache-2.0 */
/* EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus,
 * RotateKeyOnDemand, ListKeyRotations. */
#include "api/operation.h"
#include "api/page.h"
#include "api/rotation.h"
#include "aws/validate.h"

enum { DAY_MS = 24 * 3600 * 1000, PAGE_DEFAULT = 100, PAGE_MAX = 1000 };

/* A replica rotates with its primary. */
static enum kms_error
check_primary(struct call *call)
{
    const struct key *key = call->key.key;
    if (!key_is_replica(key))
        return KMS_ERROR_NONE;
    return call_fail(call, KMS_ERROR_UNSUPPORTED_OPERATION,
        "%s is not a multi-region primary key.", key->arn);
}

enum kms_error
rotations_enable(struct call *call)
{
    const struct json *period = call_member(call, "RotationPeriodInDays");
    struct key_rotation settings = call->key.key->rotation;
    int64_t days =
        period == NULL ? LIMITS_ROTATION_DAYS_DEFAULT : validate_int(period);
    enum kms_error error = check_primary(call);
    if (error != KMS_ERROR_NONE)
        return error;
    if (settings.enabled && period == NULL)
        days = settings.period_days;
    if (settings.enabled && settings.period_days == days)
        return KMS_ERROR_NONE;
    settings = (struct key_rotation){ .enabled = true,
        .period_days = days,
        .next_ms = call->now_ms + days * DAY_MS };
    return rotation_set(call, call->key.key, &settings);
}

enum kms_error
rotations_disable(struct call *call)
{
    struct key_rotation settings = call->key.key->rotation;
    enum kms_error error = check_primary(call);
    if (error != KMS_ERROR_NONE || !settings.enabled)
        return error;
    settings.enabled = false;
    return rotation_set(call, call->key.key, &settings);
}

/* A key that waits for its deletion is not rotated; when it comes back, it is
 * as it was. */
enum kms_error
rotations_status(struct call *call)
{
    const struct key *key = call->key.key;
    struct json_writer w = json_writer_to(&call->answer);
    bool enabled =
        key->rotation.enabled && key->state != KEY_STATE_PENDING_DELETION;
    json_write_object_begin(&w);
    json_write_key_text(&w, "KeyId", key->id);
    json_write_key_bool(&w, "KeyRotationEnabled", enabled);
    if (enabled) {
        json_write_key_int(
            &w, "RotationPeriodInDays", key->rotation.period_days);
        json_write_key(&w, "NextRotationDate");
        json_write_timestamp_ms(&w, key->rotation.next_ms);
    }
    json_write_object_end(&w);
    return call_answered(call, &w);
}

static size_t
count_on_demand(const struct key *key)
{
    size_t count = 0;
    for (size_t i = 0; i < key->material_count; i++)
        count += key->materials[i].cause == KEY_MATERIAL_ON_DEMAND;
    return count;
}

enum kms_error
rotations_demand(struct call *call)
{
    const struct key *key = call->key.key;
    enum kms_error error = check_primary(call);
    if (error != KMS_ERROR_NONE)
        return error;
    if (count_on_demand(key) >= LIMITS_ON_DEMAND_ROTATIONS_MAX)
        return call_fail(call, KMS_ERROR_LIMIT_EXCEEDED,
            "The on-demand rotations limit has been reached for the given "
            "keyId. No more on-demand rotations can be performed for this "
            "key: %s",
            key->arn);
    error = rotation_collect(call, key, KEY_MATERIAL_ON_DEMAND, call->now_ms);
    if (error != KMS_ERROR_NONE)
        return error;
    struct json_writer w = json_writer_to(&call->answer);
    json_write_object_begin(&w);
    json_write_key_text(&w, "KeyId", key->id);
    json_write_object_end(&w);
    return call_answered(call, &w);
}

/* ---- the list ------------------------------------------------------------ */

static void
write_material(struct json_writer *w, const struct key *key,
    const struct key_material *material)
{
    bool current = strcmp(material->id, key->material_id) == 0;
    json_write_object_begin(w);
    json_write_key_text(w, "KeyId", key->id);
    json_write_key_text(w, "KeyMaterialId", material->id);
    json_write_key_text(
        w, "KeyMaterialState", current ? "CURRENT" : "NON_CURRENT");
    if (material->cause != KEY_MATERIAL_FIRST) {
        json_write_key(w, "RotationDate");
        json_write_timestamp_ms(w, material->since_ms);
        json_write_key_text(w, "RotationType",
            material->cause == KEY_MATERIAL_ON_DEMAND ? "ON_DEMAND"
                                                      : "AUTOMATIC");
    }
    json_write_object_end(w);
}

/* Where a page begins: behind the material that the last one ended with. */
static size_t
find_start(const struct key_material *list, size_t count, struct span after)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal_text(after, list[i].id))
            return i + 1;
    return after.len == 0 ? 0 : count;
}

static enum kms_error
list(struct call *call, const struct page *page,
    const struct key_material *materials, size_t count)
{
    bool all = span_equal_text(
        call_text(call, "IncludeKeyMaterial"), "ALL_KEY_MATERIAL");
    struct json_writer w = json_writer_to(&call->answer);
    size_t i = find_start(materials, count, buf_span(&page->after));
    size_t left = page->limit;
    struct span last = { NULL, 0 };
    json_write_object_begin(&w);
    json_write_key(&w, "Rotations");
    json_write_array_begin(&w);
    for (; i < count && left > 0; i++) {
        if (!all && materials[i].cause == KEY_MATERIAL_FIRST)
            continue;
        write_material(&w, call->key.key, &materials[i]);
        last = span_text(materials[i].id);
        left--;
    }
    json_write_array_end(&w);
    page_write(call, &w, i < count, last);
    json_write_object_end(&w);
    return call_answered(call, &w);
}

enum kms_error
rotations_list(struct call *call)
{
    const struct key *key = call->key.key;
    struct page page = { 0 };
    struct key_material only = { .since_ms = key->created_ms };
    bool rotated = key->material_count > 0;
    memcpy(only.id, key->material_id, sizeof(only.id));
    enum kms_error error = page_read(call, PAGE_DEFAULT, PAGE_MAX, &page);
    if (error == KMS_ERROR_NONE)
        error = list(call, &page, rotated ? key->materials : &only,
            rotated ? key->material_count : 1);
    page_reset(&page);
    return error;
}
