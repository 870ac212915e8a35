/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/coalesce.h"

#include <pthread.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->listed = false)
#include <uthash.h>

static const struct metrics_family joined = {
    .name = "aws_kms_plugin_decrypts_joined",
    .help = "Decrypts that shared the call to KMS of another",
    .kind = METRICS_COUNTER,
    .labels = { "key" },
};

/* One call to KMS, and those who wait for it. */
struct coalesce_flight {
    struct coalesce *table;
    struct buf key; /* the API's version, then the bytes */
    struct crypt_job job;
    struct coalesce_call *waiters;
    size_t wanted; /* by those who are not cancelled */
    bool listed;   /* others can find it */
    UT_hash_handle hh;
};

struct coalesce {
    struct coalesce_options options;
    struct clock clock;
    pthread_mutex_t lock; /* guards what follows, and all flights */
    struct coalesce_flight *flights;
    struct metrics_series *joined;
};

enum status
coalesce_new(const struct coalesce_options *options, struct coalesce **out)
{
    struct coalesce *table = calloc(1, sizeof(*table));
    if (table == NULL)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&table->lock, NULL) != 0) {
        free(table);
        return STATUS_NO_MEMORY;
    }
    table->options = *options;
    table->clock = clock_monotonic();
    enum status st = metrics_series(
        options->metrics, &joined, &options->crypt->key_id, &table->joined);
    if (st == STATUS_OK)
        *out = table;
    else
        coalesce_free(table);
    return st;
}

void
coalesce_free(struct coalesce *table)
{
    if (table == NULL)
        return;
    (void)pthread_mutex_destroy(&table->lock);
    free(table);
}

static void
unlist(struct coalesce_flight *flight)
{
    if (flight->listed)
        HASH_DEL(flight->table->flights, flight);
    flight->listed = false;
}

static void
flight_free(struct coalesce_flight *flight)
{
    buf_reset(&flight->key);
    free(flight);
}

static struct span
flight_bytes(const struct coalesce_flight *flight)
{
    return span_skip(buf_span(&flight->key), 1);
}

/* From here on the call cannot be cancelled any more. */
static void
leave(struct coalesce_flight *flight, struct coalesce_call *call)
{
    call->flight = NULL;
    if (!call->cancelled)
        flight->wanted--;
}

/* Those who are not to wait for another call come to *ended: all, but when
 * the call's time ran out those who have more of it. Under the lock. */
static void
part_waiters(struct coalesce_flight *flight, const struct kms_result *result,
    struct coalesce_call **ended)
{
    int64_t now_ms = clock_ms(&flight->table->clock);
    bool again = result->failure == KMS_FAILURE_TIMEOUT &&
                 now_ms >= flight->job.deadline_ms;
    struct coalesce_call *waiters = flight->waiters;
    flight->waiters = NULL;
    while (waiters != NULL) {
        struct coalesce_call *call = waiters;
        waiters = call->next;
        bool stays = again && !call->cancelled && call->deadline_ms > now_ms;
        struct coalesce_call **list = stays ? &flight->waiters : ended;
        call->next = *list;
        *list = call;
        if (!stays)
            leave(flight, call);
    }
}

static int64_t
latest_deadline(const struct coalesce_flight *flight)
{
    int64_t latest_ms = INT64_MIN;
    for (const struct coalesce_call *c = flight->waiters; c != NULL;
         c = c->next)
        if (c->deadline_ms > latest_ms)
            latest_ms = c->deadline_ms;
    return latest_ms;
}

static void
tell(struct coalesce_call *calls, const struct failure *failure,
    const struct kms_result *result)
{
    static const struct kms_result cancelled = { .failure =
                                                     KMS_FAILURE_CANCELLED };
    struct failure of_cancelled = failure_of(&cancelled);
    while (calls != NULL) {
        struct coalesce_call *call = calls;
        calls = call->next;
        /* What KMS answered is of use even so; its failure is not his. */
        if (call->cancelled && failure->kind != FAILURE_NONE)
            call->done(call->context, &of_cancelled, &cancelled);
        else
            call->done(call->context, failure, result);
    }
}

/* On KMS's thread. */
static void
on_done(void *context, const struct failure *failure, struct kms_result *result)
{
    struct coalesce_flight *flight = context;
    struct coalesce *table = flight->table;
    struct coalesce_call *ended = NULL;
    (void)pthread_mutex_lock(&table->lock);
    part_waiters(flight, result, &ended);
    bool goes_on = flight->waiters != NULL;
    if (goes_on) {
        flight->job.deadline_ms = latest_deadline(flight);
        goes_on = crypt_start(&flight->job, flight_bytes(flight)) == STATUS_OK;
    }
    /* What cannot be started again has run out of time for all. */
    while (!goes_on && flight->waiters != NULL) {
        struct coalesce_call *call = flight->waiters;
        flight->waiters = call->next;
        leave(flight, call);
        call->next = ended;
        ended = call;
    }
    if (!goes_on)
        unlist(flight);
    (void)pthread_mutex_unlock(&table->lock);
    tell(ended, failure, result);
    if (!goes_on)
        flight_free(flight);
}

static struct coalesce_flight *
find(struct coalesce *table, struct span key)
{
    struct coalesce_flight *found = NULL;
    if (table->options.share)
        HASH_FIND(hh, table->flights, key.ptr, key.len, found);
    return found;
}

static void
list(struct coalesce *table, struct coalesce_flight *flight)
{
    if (!table->options.share ||
        HASH_COUNT(table->flights) >= COALESCE_FLIGHTS_MAX)
        return;
    flight->listed = true;
    HASH_ADD_KEYPTR(
        hh, table->flights, flight->key.ptr, flight->key.len, flight);
}

static void
wait_for(struct coalesce_flight *flight, struct coalesce_call *call)
{
    call->flight = flight;
    call->next = flight->waiters;
    flight->waiters = call;
    flight->wanted++;
}

/* Takes *key. Under the lock. */
static enum status
launch(struct coalesce *table, struct coalesce_call *call, struct buf *key)
{
    struct coalesce_flight *flight = calloc(1, sizeof(*flight));
    if (flight == NULL)
        return STATUS_NO_MEMORY;
    flight->table = table;
    buf_take(&flight->key, key);
    flight->job = (struct crypt_job){ .crypt = table->options.crypt,
        .operation = KMS_DECRYPT,
        .lane = KMS_LANE_TRAFFIC,
        .version = call->version,
        .deadline_ms = call->deadline_ms,
        .done = on_done,
        .context = flight };
    enum status st = crypt_start(&flight->job, flight_bytes(flight));
    if (st != STATUS_OK) {
        flight_free(flight);
        return st;
    }
    list(table, flight);
    wait_for(flight, call);
    return STATUS_OK;
}

enum status
coalesce_start(
    struct coalesce *table, struct coalesce_call *call, struct span bytes)
{
    struct buf key = { 0 };
    enum status st = buf_append_byte(&key, (uint8_t)call->version);
    if (st == STATUS_OK)
        st = buf_append(&key, bytes);
    if (st != STATUS_OK) {
        buf_reset(&key);
        return st;
    }
    call->table = table;
    call->cancelled = false;
    (void)pthread_mutex_lock(&table->lock);
    struct coalesce_flight *flight = find(table, buf_span(&key));
    if (flight == NULL)
        st = launch(table, call, &key);
    else {
        metrics_add(table->joined, 1);
        wait_for(flight, call);
    }
    (void)pthread_mutex_unlock(&table->lock);
    buf_reset(&key);
    return st;
}

void
coalesce_cancel(struct coalesce_call *call)
{
    struct coalesce *table = call->table;
    (void)pthread_mutex_lock(&table->lock);
    struct coalesce_flight *flight = call->flight;
    if (flight != NULL && !call->cancelled) {
        call->cancelled = true;
        flight->wanted--;
    }
    if (flight != NULL && flight->wanted == 0) {
        /* It is about to end: nobody may join it any more. */
        unlist(flight);
        crypt_cancel(&flight->job);
    }
    (void)pthread_mutex_unlock(&table->lock);
}
