/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/kms.h"

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
}

/* All but the thread. */
static enum status
set_up(struct kms_client *client, const struct kms_options *options)
{
    enum status st = transfer_global_init();
    if (st == STATUS_OK)
        st = signer_new(options, &client->signer);
    if (st == STATUS_OK && options->ca_file != NULL) {
        client->ca_file = strdup(options->ca_file);
        if (client->ca_file == NULL)
            st = STATUS_NO_MEMORY;
    }
    set_limits(client, options);
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
    while (client->idle != NULL) {
        struct transfer *transfer = client->idle;
        client->idle = transfer->next;
        transfer_free(transfer);
    }
    wire_free(client->wire);
    signer_free(client->signer);
    free(client->ca_file);
    (void)pthread_mutex_destroy(&client->lock);
    free(client);
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
    client->next_deadline_ms = INT64_MAX;
    enum status st = set_up(client, options);
    if (st == STATUS_OK)
        st = start_thread(client);
    if (st != STATUS_OK) {
        client_destroy(client);
        return st;
    }
    *out = client;
    return STATUS_OK;
}

/* With the lock held. */
static void
wake_loop(struct kms_client *client)
{
    if (client->wake_sent)
        return;
    client->wake_sent = true;
    wire_wake(client->wire);
}

void
kms_client_free(struct kms_client *client)
{
    if (client == NULL)
        return;
    (void)pthread_mutex_lock(&client->lock);
    client->stopping = true;
    wake_loop(client);
    (void)pthread_mutex_unlock(&client->lock);
    (void)pthread_join(client->thread, NULL);
    client_destroy(client);
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
