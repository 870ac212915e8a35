/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One key and its socket: what answers gRPC calls there. Several run side by
 * side over one client of KMS. Started and stopped by one thread.
 */
#ifndef INSTANCE_H
#define INSTANCE_H

#include "compat/behaviour.h"
#include "health/health.h"
#include "identity/identity.h"
#include "service/service.h"
#include "socket/unix_socket.h"

struct instance;

struct instance_options {
    const struct behaviour *behaviour; /* borrowed */
    struct unix_socket *socket;        /* taken, also where it fails */
    bool hand_over;                    /* the path may become another's */
    const char *address; /* of the socket, as the flag has it: borrowed */
    int64_t beat_ms;     /* as in struct rpc_server_options */
    struct crypt crypt;  /* what it holds is borrowed; without an identity */
    struct metrics *metrics; /* borrowed */
    enum identity_mode key_id;
    bool coalesce_decrypts;
    enum service_status_failure status_failure;
    int64_t health_cache_ms;
    struct aep_health *aep_health; /* borrowed; see health.h. NULL: our way */
};

/* On failure *problem gets one line for a person. */
MUST_USE enum status instance_new(const struct instance_options *options,
    struct instance **out, struct buf *problem);

/* Starts the first health probe, and takes calls from here on. */
MUST_USE enum status instance_accept(struct instance *i);

struct health *instance_health(const struct instance *i);

/* Where clients find it. Borrowed until the socket's file is made anew. */
const struct unix_address *instance_address(const struct instance *i);

/* Where its socket's file is now. Any thread. */
enum unix_socket_place instance_place(struct instance *i);

/* Whether it waits beside a live socket, see unix_socket.h. */
bool instance_waits(const struct instance *i);
MUST_USE enum status instance_take_over(struct instance *i);

/* Makes the socket's file anew where it is gone; tried again at most each few
 * seconds. Calls and connections under way go on. */
void instance_renew_socket(struct instance *i, int64_t now_ms);

/* Whether clients find it by its path, or with hand-over another process in
 * its place. Any thread. */
bool instance_is_reachable(struct instance *i);

/* Says why they do not. Any thread. */
void instance_describe_loss(struct instance *i, struct buf *out);

/* Whether it takes calls. Any thread. */
bool instance_is_accepting(const struct instance *i);

/* Whether its key was ever seen to be usable. Any thread. */
bool instance_was_good(const struct instance *i);
void instance_set_good(struct instance *i);

struct span instance_key(const struct instance *i);

/* Whether its gRPC thread has been seen at work within that time. */
bool instance_is_alive(const struct instance *i, int64_t within_ms);

/* Gives the socket up and takes no more calls; those under way go on. */
void instance_refuse(struct instance *i);

/* As rpc_server_stop; then health is stopped too. After instance_refuse. */
MUST_USE enum status instance_stop(
    struct instance *i, int64_t grace_ms, int64_t cancel_ms);

/* After instance_stop said STATUS_OK and the client of KMS was freed. */
void instance_free(struct instance *i);

#endif
