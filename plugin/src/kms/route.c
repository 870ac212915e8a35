/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/route.h"

#include "kms/key_arn.h"
#include "kms/request.h"

static const struct place *
place_of(const struct kms_client *client, const struct kms_call *call)
{
    return &client->places[call->place];
}

static bool
roams(const struct kms_client *client, const struct kms_call *call)
{
    return client->place_count > 1 &&
           (call->operation == KMS_DECRYPT ||
               key_arn_is_multi_region(request_key(buf_span(&call->body))));
}

static bool
is_tried(const struct kms_call *call, size_t place)
{
    return (call->tried & 1u << place) != 0;
}

/* Where all that are left are down, each is tried all the same. */
static size_t
find_down_place(const struct kms_client *client, const struct kms_call *call)
{
    for (size_t i = 0; i < client->place_count; i++)
        if (!is_tried(call, i))
            return i;
    return 0;
}

static size_t
find_place(struct kms_client *client, struct kms_call *call, int64_t now_ms)
{
    if (!roams(client, call))
        return 0;
    for (size_t i = 0; i < client->place_count; i++)
        if (!is_tried(call, i) &&
            breaker_enter(&client->places[i].breaker, now_ms, &call->trial))
            return i;
    return find_down_place(client, call);
}

void
route_choose(struct kms_client *client, struct kms_call *call, int64_t now_ms)
{
    call->trial = false;
    call->place = find_place(client, call, now_ms);
    call->tried |= 1u << call->place;
}

bool
route_has_other(const struct kms_client *client, const struct kms_call *call,
    int64_t now_ms)
{
    if (!roams(client, call))
        return false;
    for (size_t i = 0; i < client->place_count; i++)
        if (!is_tried(call, i) &&
            breaker_admits(&client->places[i].breaker, now_ms))
            return true;
    return false;
}

void
route_start_over(
    const struct kms_client *client, struct kms_call *call, bool is_to_blame)
{
    unsigned all = (1u << client->place_count) - 1;
    if (!is_to_blame || !roams(client, call) || call->tried == all)
        call->tried = 0;
}

void
route_leave(struct kms_client *client, struct kms_call *call, int64_t now_ms,
    enum breaker_verdict verdict)
{
    if (client->place_count > 1)
        place_leave(&client->places[call->place], now_ms, call->trial, verdict);
    call->trial = false;
}

enum status
route_body(
    const struct kms_client *client, struct kms_call *call, struct span *body)
{
    struct buf key = { 0 };
    struct span own = buf_span(&call->body);
    enum status st = STATUS_OK;
    *body = own;
    if (call->place == 0 || call->operation != KMS_ENCRYPT)
        return STATUS_OK;
    st = key_arn_in_region(
        request_key(own), buf_span(&place_of(client, call)->region), &key);
    if (st == STATUS_OK)
        st = request_with_key(own, buf_span(&key), &call->moved);
    if (st == STATUS_OK)
        *body = buf_span(&call->moved);
    buf_reset(&key);
    return st;
}

/* Memory is short. */
static void
fail(struct kms_result *result)
{
    buf_reset(&result->bytes);
    buf_reset(&result->key_arn);
    buf_reset(&result->key_material_id);
    result->failure = KMS_FAILURE_INTERNAL;
    result->message = SPAN_LITERAL("out of memory");
}

void
route_finish(const struct kms_client *client, const struct kms_call *call,
    struct kms_result *result)
{
    struct buf home = { 0 };
    if (result->http_status != 0)
        result->region = buf_span(&place_of(client, call)->region);
    if (call->place == 0 ||
        !key_arn_is_multi_region(buf_span(&result->key_arn)))
        return;
    if (key_arn_in_region(buf_span(&result->key_arn),
            buf_span(&client->places[0].region), &home) == STATUS_OK)
        buf_take(&result->key_arn, &home);
    else
        fail(result);
}
