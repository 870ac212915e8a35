/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v2_status.h"

#include "k8s/encrypted_object.h"

static enum status
check_healthz(const struct kms_v2_status *reply, struct transform_error *error)
{
    if (span_equal_text(buf_span(&reply->healthz), "ok"))
        return STATUS_OK;
    transform_error_set(
        error, "got unexpected healthz status: %s", buf_text(&reply->healthz));
    return STATUS_UNAVAILABLE;
}

static enum status
check_version(const struct kms_v2_status *reply, struct buf *first,
    struct transform_error *error)
{
    struct span version = buf_span(&reply->version);
    if (!span_equal_text(version, "v2") &&
        !span_equal_text(version, "v2beta1")) {
        transform_error_set(error, "expected KMSv2 API version v2, got %s",
            buf_text(&reply->version));
        return STATUS_UNSUPPORTED;
    }
    if (first->len == 0)
        return buf_append(first, version);
    if (span_equal(version, buf_span(first)))
        return STATUS_OK;
    transform_error_set(error,
        "KMSv2 API version should not change after the initial status "
        "response version %s, got %s",
        buf_text(first), buf_text(&reply->version));
    return STATUS_CONFLICT;
}

static enum status
follow_key_id(const struct kms_v2_status *reply, struct kms_v2_state *state,
    struct transform_error *error)
{
    struct span key_id = buf_span(&reply->key_id);
    struct buf hash = { 0 };
    enum status st = encrypted_object_check_key_id(key_id, error);
    if (st == STATUS_OK)
        return kms_v2_state_follow(state, key_id, error);
    if (key_id.len == 0 || kms_v2_state_hash(key_id, &hash) == STATUS_OK)
        transform_error_wrap(
            error, "got invalid KMSv2 KeyID hash \"%s\": ", buf_text(&hash));
    buf_reset(&hash);
    return st;
}

/* Gathers one more verdict; the first bad one names the status. */
static void
gather(enum status verdict, struct transform_error *one, enum status *first,
    struct transform_error *all)
{
    if (verdict == STATUS_OK)
        return;
    *first = *first == STATUS_OK ? verdict : *first;
    transform_error_add(all, one);
}

enum status
kms_v2_status_judge(const struct kms_v2_status *reply, struct span provider,
    struct buf *version, struct kms_v2_state *state,
    struct transform_error *error)
{
    struct transform_error all = { 0 }, one = { 0 };
    enum status first = STATUS_OK;
    gather(check_healthz(reply, &one), &one, &first, &all);
    gather(check_version(reply, version, &one), &one, &first, &all);
    gather(follow_key_id(reply, state, &one), &one, &first, &all);
    if (first != STATUS_OK) {
        transform_error_wrap(&all,
            "kmsv2 Provider %.*s is not healthy, error: ", SPAN_ARG(provider));
        transform_error_take(error, &all);
    }
    transform_error_reset(&all);
    transform_error_reset(&one);
    return first;
}
