/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/kms.h"

#include "fetch/libcurl.h"
#include "kms/client.h"
#include "kms/request.h"

#include <signal.h>
#include <stdlib.h>
#include <utlist.h>

enum {
    CONNECTIONS_TRAFFIC = 512,
    CONNECTIONS_HEALTH = 8,
    CALLS_TRAFFIC = 4096,
};

static size_t
or_default(size_t asked, size_t otherwise)
{
    return asked == 0 ? otherwise : asked;
}

static struct clock
or_clock(struct clock asked, struct clock otherwise)
{
    return asked.read_ms == NULL ? otherwise : asked;
}

static void
set_limits(struct kms_client *client, const struct kms_options *options)
{
    size_t traffic =
        or_default(options->connections_traffic, CONNECTIONS_TRAFFIC);
    size_t health = or_default(options->connections_health, CONNECTIONS_HEALTH);
    size_t calls = or_default(options->calls_traffic, CALLS_TRAFFIC);
    client->lanes[KMS_LANE_TRAFFIC].sending_max = traffic;
    client->lanes[KMS_LANE_HEALTH].sending_max = health;
    client->calls_max[KMS_LANE_TRAFFIC] = calls;
    client->calls_max[KMS_LANE_HEALTH] = calls;
    client->attempts_max = options->retry_max_attempts > 0
                               ? options->retry_max_attempts
                               : RETRY_ATTEMPTS;
    for (size_t i = 0; i < LANES; i++)
        retry_bucket_init(&client->lanes[i].bucket, options->retry_tokens,
            options->retry_cost);
}

static enum status
add_place(struct kms_client *client, const struct kms_options *options)
{
    if (client->place_count == KMS_PLACES_MAX)
        return STATUS_INVALID;
    enum status st = place_init(&client->places[client->place_count], options);
    if (st == STATUS_OK)
        client->place_count++;
    return st;
}

static enum status
add_places(struct kms_client *client, const struct kms_options *options)
{
    struct kms_options there = *options;
    there.ca_file = client->ca_file;
    enum status st = add_place(client, &there);
    for (size_t i = 0; i < options->failover_count && st == STATUS_OK; i++) {
        there.region = options->failovers[i].region;
        there.endpoint = options->failovers[i].endpoint;
        st = add_place(client, &there);
    }
    return st;
}

/* All but the thread. */
static enum status
set_up(struct kms_client *client, const struct kms_options *options)
{
    enum status st = libcurl_init();
    if (st == STATUS_OK && options->ca_file != NULL) {
        client->ca_file = strdup(options->ca_file);
        if (client->ca_file == NULL)
            st = STATUS_NO_MEMORY;
    }
    set_limits(client, options);
    if (st == STATUS_OK)
        st = add_places(client, options);
    if (st == STATUS_OK)
        st = wire_new(client->lanes[KMS_LANE_TRAFFIC].sending_max +
                          client->lanes[KMS_LANE_HEALTH].sending_max,
            &client->wire);
    return st;
}

/* Signals are for the threads of the program; SIGPIPE, from a TLS connection
 * that was closed, is for nobody. */
static enum status
start_thread(struct kms_client *client)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&client->thread, NULL, loop_run, client);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0 ? STATUS_OK : status_from_errno(error);
}

/* Where no thread runs. */
static void
client_destroy(struct kms_client *client)
{
    for (size_t i = 0; i < client->place_count; i++)
        place_reset(&client->places[i]);
    wire_free(client->wire);
    free(client->ca_file);
    (void)pthread_mutex_destroy(&client->lock);
    free(client);
}

/* With the lock held. */
static void
wake_loop(struct kms_client *client)
{
    if (!client->asleep)
        return;
    client->asleep = false;
    wire_wake(client->wire);
}

static void
on_credentials(void *context)
{
    struct kms_client *client = context;
    (void)pthread_mutex_lock(&client->lock);
    client->credentials_news = true;
    wake_loop(client);
    (void)pthread_mutex_unlock(&client->lock);
}

enum status
kms_client_new(const struct kms_options *options, struct kms_client **out)
{
    struct kms_client *client = calloc(1, sizeof(*client));
    if (client == NULL)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&client->lock, NULL) != 0) {
        free(client);
        return STATUS_NO_MEMORY;
    }
    client->clock = clock_monotonic();
    client->wall_clock = or_clock(options->wall_clock, clock_wall());
    client->random =
        options->random.fill == NULL ? random_system() : options->random;
    client->credentials = options->credentials;
    client->next_due_ms = INT64_MAX;
    client->beat_ms = options->beat_ms;
    client->beat_at_ms = client->reload_ms = clock_ms(&client->clock);
    enum status st = set_up(client, options);
    if (st == STATUS_OK)
        st = start_thread(client);
    if (st != STATUS_OK) {
        client_destroy(client);
        return st;
    }
    credentials_watch(client->credentials, on_credentials, client);
    *out = client;
    return STATUS_OK;
}

void
kms_client_free(struct kms_client *client)
{
    if (client == NULL)
        return;
    credentials_watch(client->credentials, NULL, NULL);
    (void)pthread_mutex_lock(&client->lock);
    client->stopping = true;
    wake_loop(client);
    (void)pthread_mutex_unlock(&client->lock);
    (void)pthread_join(client->thread, NULL);
    client_destroy(client);
}

size_t
kms_client_describe(const struct kms_client *client,
    struct kms_place_facts facts[KMS_PLACES_MAX])
{
    for (size_t i = 0; i < client->place_count; i++)
        facts[i] = (struct kms_place_facts){
            .region = buf_span(&client->places[i].region),
            .is_open = client->places[i].shown_open,
            .skew_ms = client->places[i].shown_skew_ms,
        };
    return client->place_count;
}

void
kms_client_reload(struct kms_client *client)
{
    client->reload_ms = clock_ms(&client->clock);
}

bool
kms_client_is_alive(const struct kms_client *client, int64_t within_ms)
{
    return clock_ms(&client->clock) - client->beat_at_ms <= within_ms;
}

static enum status
put_in_inbox(
    struct kms_client *client, struct kms_call *call, struct kms_call **out)
{
    enum status st = STATUS_OK;
    (void)pthread_mutex_lock(&client->lock);
    if (client->stopping ||
        client->calls[call->lane] >= client->calls_max[call->lane]) {
        st = STATUS_UNAVAILABLE;
    } else {
        client->calls[call->lane]++;
        DL_APPEND(client->inbox, call);
        /* Before the loop can see it: it may end and be freed at once. */
        if (out != NULL)
            *out = call;
        wake_loop(client);
    }
    (void)pthread_mutex_unlock(&client->lock);
    return st;
}

enum status
kms_start(struct kms_client *client, const struct kms_input *input,
    kms_done_fn *done, void *context, struct kms_call **out)
{
    struct kms_call *call = calloc(1, sizeof(*call));
    if (call == NULL)
        return STATUS_NO_MEMORY;
    call->operation = input->operation;
    call->lane = input->lane;
    call->deadline_ms = input->deadline_ms;
    call->started_ms = clock_ms(&client->clock);
    call->done = done;
    call->context = context;
    enum status st = request_body(input, &call->body);
    if (st == STATUS_OK)
        st = put_in_inbox(client, call, out);
    if (st != STATUS_OK) {
        buf_reset(&call->body);
        free(call);
    }
    return st;
}

void
kms_cancel(struct kms_client *client, struct kms_call *call)
{
    (void)pthread_mutex_lock(&client->lock);
    if (!call->cancel_asked) {
        call->cancel_asked = call->cancel_listed = true;
        DL_APPEND2(client->cancelled, call, cancel_prev, cancel_next);
        wake_loop(client);
    }
    (void)pthread_mutex_unlock(&client->lock);
}
