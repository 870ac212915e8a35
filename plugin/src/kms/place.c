/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/place.h"

#include "base/log.h"
#include "kms/skew.h"

enum {
    IDLE_TRANSFERS_MAX = 64,
    CONNECTION_MAX_AGE_MS = 5 * 60 * 1000,
};

enum status
place_init(struct place *place, const struct kms_options *options)
{
    place->transfers.ca_file = options->ca_file;
    place->transfers.lookups = &place->lookups;
    place->transfers.connection_max_age_ms =
        options->connection_max_age_ms > 0 ? options->connection_max_age_ms
                                           : CONNECTION_MAX_AGE_MS;
    enum status st = signer_new(options, &place->signer);
    if (st == STATUS_OK)
        st = buf_append(&place->region, options->region);
    if (st != STATUS_OK)
        place_reset(place);
    return st;
}

void
place_reset(struct place *place)
{
    while (place->idle != NULL) {
        struct transfer *transfer = place->idle;
        place->idle = transfer->next;
        transfer_free(transfer);
    }
    signer_free(place->signer);
    buf_reset(&place->region);
    *place = (struct place){ 0 };
}

struct transfer *
place_take_transfer(struct place *place)
{
    struct transfer *transfer = place->idle;
    if (transfer != NULL) {
        place->idle = transfer->next;
        place->idle_count--;
        return transfer;
    }
    return transfer_new(signer_endpoint(place->signer), &place->transfers,
               &transfer) == STATUS_OK
               ? transfer
               : NULL;
}

void
place_give_back(struct place *place, struct transfer *transfer)
{
    transfer_end_lookup(transfer);
    /* A handle keeps the name servers that it was made with (c-ares): where it
     * came to nothing they may be others by now. */
    if (!transfer->answered || place->idle_count == IDLE_TRANSFERS_MAX) {
        transfer_free(transfer);
        return;
    }
    transfer_clear(transfer);
    transfer->next = place->idle;
    place->idle = transfer;
    place->idle_count++;
}

void
place_leave(struct place *place, int64_t now_ms, bool trial,
    enum breaker_verdict verdict)
{
    bool was_open = breaker_is_open(&place->breaker);
    breaker_leave(&place->breaker, now_ms, trial, verdict);
    bool is_open = breaker_is_open(&place->breaker);
    if (was_open == is_open)
        return;
    place->shown_open = is_open;
    log_event(is_open ? LOG_WARN : LOG_INFO,
        is_open ? "KMS is down there: calls go to the next Region"
                : "KMS is back there",
        log_span("region", buf_span(&place->region)));
}

static void
log_skew(const struct place *place)
{
    bool is_off = place->skew_ms != 0;
    log_event(is_off ? LOG_WARN : LOG_INFO,
        is_off ? "this machine's clock is wrong: requests are signed with "
                 "KMS's time"
               : "this machine's clock is right again",
        log_number("kms_is_ahead_s", place->skew_ms / 1000),
        log_span("region", buf_span(&place->region)));
}

/* What stands between KMS and here may have a clock of its own: an answer
 * without KMS's request id tells nothing. */
void
place_learn_time(struct place *place, const struct answer *answer,
    const struct kms_result *result, int64_t machine_ms)
{
    int64_t date_ms;
    if (result->request_id.len == 0 ||
        skew_read_date(buf_span(&answer->headers[ANSWER_DATE]), &date_ms) !=
            STATUS_OK)
        return;
    if (!skew_learn(&place->skew_ms, machine_ms, date_ms, skew_is_told(result)))
        return;
    place->shown_skew_ms = place->skew_ms;
    log_skew(place);
}
