/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/attempts.h"

#include "kms/lanes.h"
#include "kms/next.h"
#include "kms/request.h"
#include "kms/route.h"

enum {
    CONNECT_MIN_MS = 1000, /* a connection is given as long at least */
    LATE_MS = 60 * 1000,   /* longer than the deadline, which ends it first */
    PATIENCE_MS = 500,     /* a place that was given less is not to blame */
};

static struct place *
place_of(struct kms_client *client, const struct kms_call *call)
{
    return &client->places[call->place];
}

/* ---- starting ---- */

/* An attempt that another place may follow has its share of the time only. */
static int64_t
give_up_ms(const struct kms_client *client, const struct kms_call *call)
{
    if (!route_has_other(client, call, call->sent_ms))
        return INT64_MAX;
    return call->sent_ms + (call->deadline_ms - call->sent_ms) / 2;
}

/* One silent address is not to cost all the time, if there can be another
 * attempt. */
static int64_t
connect_ms(const struct kms_client *client, const struct kms_call *call)
{
    int64_t left_ms = call->deadline_ms - call->sent_ms;
    if (call->attempts + 1 >= client->attempts_max ||
        !retry_bucket_has(&client->lanes[call->lane].bucket, true))
        return left_ms + LATE_MS;
    return left_ms / 3 > CONNECT_MIN_MS ? left_ms / 3 : CONNECT_MIN_MS;
}

/* On failure the transfer is not under way. */
static enum status
send_transfer(
    struct kms_client *client, struct kms_call *call, struct transfer *transfer)
{
    struct place *place = place_of(client, call);
    struct signer_input input = {
        .operation = call->operation,
        .credentials = &transfer->credentials,
        .now_ms = clock_ms(&client->wall_clock) + place->skew_ms,
    };
    enum status st = route_body(client, call, &input.body);
    if (st == STATUS_OK)
        st = signer_sign(place->signer, &input, &transfer->header);
    const struct transfer_input sent = {
        .body = input.body,
        .connect_ms = connect_ms(client, call),
        .fresh = call->fresh,
        .ca_max_age_s = (call->sent_ms - client->reload_ms) / 1000,
    };
    transfer->owner = call;
    if (st == STATUS_OK)
        st = transfer_set(transfer, &sent);
    if (st == STATUS_OK)
        st = wire_add(client->wire, transfer->easy);
    if (st == STATUS_OK)
        call->skew_ms = place->skew_ms;
    return st;
}

/* Takes the set. */
static enum status
send_call(struct kms_client *client, struct kms_call *call,
    struct credentials_set *set)
{
    call->sent_ms = clock_ms(&client->clock);
    route_choose(client, call, call->sent_ms);
    struct place *place = place_of(client, call);
    struct transfer *transfer = place_take_transfer(place);
    enum status st = STATUS_NO_MEMORY;
    if (transfer != NULL) {
        transfer->credentials = *set;
        *set = (struct credentials_set){ 0 };
        st = send_transfer(client, call, transfer);
    }
    if (st != STATUS_OK) {
        route_leave(client, call, call->sent_ms, BREAKER_NOTHING);
        if (transfer != NULL)
            place_give_back(place, transfer);
        return st;
    }
    call->attempts++;
    call->transfer = transfer;
    lanes_move(client, call, CALL_SENDING, give_up_ms(client, call));
    return STATUS_OK;
}

static void
await_credentials(struct kms_client *client, struct kms_call *call)
{
    lanes_move(client, call, CALL_PAUSING, INT64_MAX);
    call->wants_credentials = true;
}

void
attempts_start(struct kms_client *client, struct kms_call *call)
{
    struct credentials_set set = { 0 };
    struct buf problem = { 0 };
    enum status st = credentials_get(client->credentials, &set, &problem);
    if (st == STATUS_BUSY) {
        await_credentials(client, call);
    } else if (st != STATUS_OK) {
        attempts_break_off(
            client, call, KMS_FAILURE_CREDENTIALS, buf_span(&problem));
    } else if (send_call(client, call, &set) != STATUS_OK) {
        attempts_break_off(client, call, KMS_FAILURE_INTERNAL,
            SPAN_LITERAL("the request could not be made"));
    }
    credentials_set_reset(&set);
    buf_reset(&problem);
}

/* ---- ending ---- */

void
attempts_break_off(struct kms_client *client, struct kms_call *call,
    enum kms_failure failure, struct span message)
{
    struct kms_result result = { .failure = failure, .message = message };
    struct transfer *transfer = call->transfer;
    if (transfer != NULL) {
        int64_t now_ms = clock_ms(&client->clock);
        bool late = failure == KMS_FAILURE_TIMEOUT &&
                    now_ms - call->sent_ms >= PATIENCE_MS;
        route_leave(client, call, now_ms, late ? BREAKER_BAD : BREAKER_NOTHING);
        wire_remove(client->wire, transfer->easy);
        place_give_back(place_of(client, call), transfer);
        call->transfer = NULL;
    }
    lanes_end(client, call, &result);
}

/* The request is not under way any more; the transfer still holds what
 * *result borrows. */
static void
conclude(
    struct kms_client *client, struct kms_call *call, struct kms_result *result)
{
    struct place *place = place_of(client, call);
    struct transfer *transfer = call->transfer;
    int64_t until_ms = 0;
    route_leave(client, call, clock_ms(&client->clock),
        next_blames_place(result) ? BREAKER_BAD : BREAKER_GOOD);
    enum next next = next_of(client, call, result, &until_ms);
    call->fresh = result->failure == KMS_FAILURE_TRANSPORT ||
                  result->failure == KMS_FAILURE_TIMEOUT;
    call->transfer = NULL;
    if (next == NEXT_END) {
        route_finish(client, call, result);
        lanes_end(client, call, result);
    } else if (next == NEXT_NOW) {
        lanes_send_next(client, call);
    } else if (next == NEXT_NEWS) {
        await_credentials(client, call);
    } else {
        route_start_over(client, call, next_blames_place(result));
        lanes_move(client, call, CALL_PAUSING, until_ms);
    }
    place_give_back(place, transfer);
}

void
attempts_finish(struct kms_client *client, struct kms_call *call, CURLcode code)
{
    struct kms_result result;
    struct transfer *transfer = call->transfer;
    transfer_read(transfer, code, call->operation, &result);
    place_learn_time(place_of(client, call), &transfer->answer, &result,
        clock_ms(&client->wall_clock));
    answer_check_key(
        &transfer->answer, request_key(buf_span(&call->body)), &result);
    conclude(client, call, &result);
}

void
attempts_give_up(struct kms_client *client, struct kms_call *call)
{
    struct kms_result result = {
        .failure = KMS_FAILURE_TIMEOUT,
        .message = SPAN_LITERAL("KMS did not answer in time"),
    };
    wire_remove(client->wire, call->transfer->easy);
    conclude(client, call, &result);
}
