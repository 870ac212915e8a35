/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Core moves bytes only while somebody waits on a completion queue. Between
 * calls that would be nobody, and a server that says good-bye would wait for
 * us: so each channel has a thread that does nothing but wait.
 */
#ifndef RPC_RPC_WATCHER_H
#define RPC_RPC_WATCHER_H

#include "base/status.h"

#include <grpc/grpc.h>

struct rpc_watcher;

/* Borrows the channel. */
MUST_USE enum status rpc_watcher_start(
    grpc_channel *channel, struct rpc_watcher **out);

/* Lets go of the channel, which is then destroyed: that ends the wait. */
void rpc_watcher_stop(struct rpc_watcher *watcher);

/* Once the channel has been destroyed: ends the thread. */
void rpc_watcher_free(struct rpc_watcher *watcher);

#endif
