/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A proxy between kube-apiserver and its KMS plugin, on unix sockets, that
 * passes everything on, or does to it what rules say (docs/FAULTS.md). It has
 * two layers, each of which may stand alone:
 *
 *   apiserver -> frames (bytes of HTTP/2) -> calls (gRPC) -> plugin
 *
 * The layer of frames forwards bytes as they come and does what a gRPC library
 * cannot be made to do: GOAWAY, RST_STREAM, torn frames, silence. The layer of
 * calls sees messages: it delays them, fails them, changes what they say.
 * A call that finds no plugin waits for one until its deadline, as
 * kube-apiserver's own would; the plugin is found again within a quarter of a
 * second of its return.
 *
 * It runs on three threads of its own, however many calls there are. Functions
 * may be called from any thread, proxy_free once and last. A process that has
 * one may start programs, but not fork to go on.
 */
#ifndef PROXY_PROXY_H
#define PROXY_PROXY_H

#include "base/buf.h"

struct proxy;

enum proxy_layers {
    PROXY_BOTH,
    PROXY_CALLS,  /* faults of frames are refused */
    PROXY_FRAMES, /* faults of calls are refused; no gRPC library is used */
};

/* Borrowed until proxy_new returns. */
struct proxy_options {
    const char *listen; /* "unix:///path"; a stale socket is replaced */
    const char *plugin; /* "unix:///path"; need not be there yet */
    enum proxy_layers layers;
    uint64_t seed; /* of the draws of rules that name none */
};

/*
 * Listens. STATUS_INVALID for what is no endpoint, STATUS_BUSY where somebody
 * listens there; one line for a person is appended to *problem.
 */
MUST_USE enum status proxy_new(const struct proxy_options *options,
    struct proxy **out, struct buf *problem);

/* Heals, ends all calls and connections, removes the socket. NULL is fine. */
void proxy_free(struct proxy *proxy);

/* "unix:///path", for an EncryptionConfiguration; borrowed. */
const char *proxy_endpoint(const struct proxy *proxy);

/*
 * Appends rules: one, a list, or {"seed":N,"rules":[…]}, all or none.
 * STATUS_INVALID, and *problem says where, for what is no rule or one of a
 * layer that this proxy has not.
 */
MUST_USE enum status proxy_arm(
    struct proxy *proxy, struct span json, struct buf *problem);

/* Whether a proxy with both layers would take these rules; needs none. Refusals
 * as proxy_arm has them. */
MUST_USE enum status proxy_check_rules(struct span json, struct buf *problem);

/* Removes one rule. STATUS_NOT_FOUND. What it holds goes on at once. */
MUST_USE enum status proxy_disarm(struct proxy *proxy, const char *name);

/* Removes all rules; what hangs, waits or is silent goes on at once. */
void proxy_heal(struct proxy *proxy);

/*
 * Appends the rules and how often each matched, fired, and what the client
 * saw: what GET /faults answers.
 */
MUST_USE enum status proxy_rules(struct proxy *proxy, struct buf *json);

/*
 * Appends what came through:
 * {"connections":n,"open_connections":n,"open_calls":n,"calls":[{"method":
 * "/v2.KeyManagementService/Status","code":"OK","count":n,"min_ms":x,
 * "mean_ms":x,"max_ms":x},…]}
 */
MUST_USE enum status proxy_report(struct proxy *proxy, struct buf *json);

/*
 * How many calls of a method ended with a code. NULL or "" for `method` means
 * all; a negative code means every code. Only of the layer of calls.
 */
uint64_t proxy_count(const struct proxy *proxy, const char *method, int code);

#endif
