/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/link_internal.h"

#include <stdlib.h>

enum { WAITING_MAX = 4096, CODE_CANCEL = 8 };

/* ---- strikes that wait for an answer --------------------------------------
 */

static bool
remember(struct link *link, uint32_t stream, struct strike *strike)
{
    struct link_waiting *waiting;

    if (link->waiting_count == WAITING_MAX)
        return false;
    waiting = calloc(1, sizeof(*waiting));
    if (waiting == NULL)
        return false;
    waiting->next = link->waiting;
    waiting->stream = stream;
    waiting->strike = *strike;
    *strike = (struct strike){ .kind = STRIKE_NONE };
    link->waiting = waiting;
    link->waiting_count++;
    return true;
}

static struct link_waiting **
find(struct link *link, uint32_t stream)
{
    struct link_waiting **place = &link->waiting;

    while (*place != NULL && (*place)->stream != stream)
        place = &(*place)->next;
    return place;
}

static void
drop(struct link *link, struct link_waiting **place)
{
    struct link_waiting *waiting = *place;

    *place = waiting->next;
    link->waiting_count--;
    strike_reset(&waiting->strike);
    free(waiting);
}

void
link_forget(struct link *link, bool all)
{
    struct link_waiting **place = &link->waiting;

    while (*place != NULL) {
        if (all || fault_decision_is_withdrawn(&(*place)->strike.decision))
            drop(link, place);
        else
            place = &(*place)->next;
    }
}

/* ---- strikes --------------------------------------------------------------
 */

static enum status
insert_reset(struct link *link, const struct strike *strike, uint32_t stream)
{
    enum status status =
        frame_put_rst_stream(&link->down.insert, stream, strike->code);

    return status == STATUS_OK
               ? frame_put_rst_stream(&link->up.insert, stream, CODE_CANCEL)
               : status;
}

static enum status
fall_silent(struct link *link, const struct strike *strike, int64_t now_ms)
{
    int64_t until_ms = strike_until(strike->wait_ms, now_ms);

    if (until_ms > link->down.silent_until_ms)
        link->down.silent_until_ms = until_ms;
    fault_decision_reset(&link->silence);
    fault_rule_hold(strike->decision.rule);
    link->silence = strike->decision;
    return STATUS_OK;
}

/* Those that need nothing of the answer. STATUS_CANCELLED: the link is over. */
static enum status
apply(struct link *link, const struct strike *strike, uint32_t stream,
    int64_t now_ms)
{
    struct buf *insert = &link->down.insert;
    uint32_t last =
        strike->last_stream < 0 ? stream : (uint32_t)strike->last_stream;

    link->hooks->struck(link->hooks->context, strike);
    switch (strike->kind) {
    case STRIKE_GOAWAY:
        return frame_put_goaway(
            insert, last, strike->code, buf_span(&strike->bytes));
    case STRIKE_RST_STREAM:
        return insert_reset(link, strike, stream);
    case STRIKE_HALF_OPEN:
    case STRIKE_DELAY_FRAMES:
        return fall_silent(link, strike, now_ms);
    case STRIKE_GARBAGE:
        return buf_append(insert, buf_span(&strike->bytes));
    case STRIKE_CLOSE:
    case STRIKE_RESET:
        return STATUS_CANCELLED;
    case STRIKE_MORE_TRAILERS:
        return frame_put_trailers(insert, stream);
    case STRIKE_NO_TRAILERS:
        return frame_put_end(&link->down.pending, stream);
    case STRIKE_TORN_FRAME:
        link->is_tearing = true;
        link->tear_left = link->down.reader.head.length / 2;
        return STATUS_OK;
    case STRIKE_NONE:
    case STRIKE_DROP:
    case STRIKE_KIND_COUNT:
        break;
    }
    return STATUS_OK;
}

/* ---- from the client ------------------------------------------------------
 */

static bool
waits_for_answer(const struct strike *strike)
{
    return strike->at_answer || strike->kind == STRIKE_TORN_FRAME ||
           strike->kind == STRIKE_NO_TRAILERS ||
           strike->kind == STRIKE_MORE_TRAILERS;
}

/* A client's streams have odd numbers that only grow (RFC 9113, 5.1.1). */
static bool
is_request(const struct link *link, const struct frame_piece *piece)
{
    const struct frame_head *head = &link->up.reader.head;

    return piece->begins && head->type == FRAME_HEADERS &&
           head->stream % 2 == 1 && head->stream > link->last_stream;
}

static enum status
begin_request(struct link *link, int64_t now_ms)
{
    uint32_t stream = link->up.reader.head.stream;
    struct strike strike = { .kind = STRIKE_NONE };
    enum status status = STATUS_OK;

    link->last_stream = stream;
    link->hooks->request(link->hooks->context, &strike);
    if (strike.kind == STRIKE_NONE)
        return STATUS_OK;
    if (!waits_for_answer(&strike))
        status = apply(link, &strike, stream, now_ms);
    else if (!remember(link, stream, &strike))
        status = STATUS_NO_MEMORY;
    strike_reset(&strike);
    return status;
}

bool
link_take_up(struct link *link, struct span bytes, int64_t now_ms)
{
    struct flow *up = &link->up;
    struct frame_piece piece;
    enum status status = STATUS_OK;

    while (
        status == STATUS_OK && frame_reader_next(&up->reader, &bytes, &piece)) {
        if (is_request(link, &piece))
            status = begin_request(link, now_ms);
        if (status == STATUS_OK)
            status = flow_pass(up, piece.bytes);
        if (status == STATUS_OK && piece.ends)
            status = flow_flush_insert(up);
    }
    /* A strike at a request may have put something in between. */
    if (status == STATUS_OK)
        status = flow_flush_insert(&link->down);
    return status == STATUS_OK;
}

/* ---- from the plugin ------------------------------------------------------
 */

/* Whether this frame is the one that a strike waits for. */
static bool
is_its_frame(const struct strike *strike, const struct frame_head *head)
{
    bool last =
        head->type == FRAME_HEADERS && (head->flags & FRAME_END_STREAM) != 0;

    if (strike->kind == STRIKE_NO_TRAILERS ||
        strike->kind == STRIKE_MORE_TRAILERS)
        return last;
    if (strike->kind == STRIKE_TORN_FRAME)
        return head->length > 1 && (head->type == FRAME_DATA || last);
    return head->type == FRAME_HEADERS;
}

static enum status
begin_answer_frame(struct link *link, int64_t now_ms)
{
    const struct frame_head *head = &link->down.reader.head;
    struct link_waiting **place = find(link, head->stream);
    enum status status = STATUS_OK;

    if (*place == NULL || head->stream == 0)
        return STATUS_OK;
    if (is_its_frame(&(*place)->strike, head)) {
        status = apply(link, &(*place)->strike, head->stream, now_ms);
        drop(link, place);
    } else if ((head->flags & FRAME_END_STREAM) != 0 ||
               head->type == FRAME_RST_STREAM) {
        drop(link, place);
    }
    return status;
}

/* Of the frame that is torn only so much passes, and nothing after it. */
static struct span
tear(struct link *link, const struct frame_piece *piece)
{
    struct span left;

    if (!link->is_tearing || piece->begins)
        return piece->bytes;
    left = span_first(piece->bytes, link->tear_left);
    link->tear_left -= (uint32_t)left.len;
    link->is_ending = link->tear_left == 0;
    return left;
}

bool
link_take_down(struct link *link, struct span bytes, int64_t now_ms)
{
    struct flow *down = &link->down;
    struct frame_piece piece;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !link->is_ending &&
           frame_reader_next(&down->reader, &bytes, &piece)) {
        if (piece.begins)
            status = begin_answer_frame(link, now_ms);
        if (status == STATUS_OK)
            status = flow_pass(down, tear(link, &piece));
        if (status == STATUS_OK && piece.ends)
            status = flow_flush_insert(down);
    }
    if (status == STATUS_OK)
        status = flow_flush_insert(&link->up);
    return status == STATUS_OK;
}
