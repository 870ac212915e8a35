/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole plugin, built from its options: one client of KMS, an instance
 * for each key, and the HTTP server for health and metrics. One thread starts
 * and stops it.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "listeners.h"
#include "options/options.h"

struct plugin;

enum {
    PLUGIN_CANCEL_MS = 5000, /* for calls to end that were cancelled at last */
};

/*
 * Serves from here on, on the listeners, which it takes. `options` is borrowed
 * until plugin_stop. Its threads show every beat_ms that they are alive (0:
 * nobody looks). On failure *problem gets one line for a person;
 * STATUS_INVALID: the options cannot work.
 */
MUST_USE enum status plugin_start(const struct options *options,
    struct listeners *listeners, int64_t beat_ms, struct plugin **out,
    struct buf *problem);

/* Appends "ready unix:///PATH… health http://HOST:PORT". */
MUST_USE enum status plugin_describe(
    const struct plugin *plugin, struct buf *out);

/*
 * Hand-over, see socket/unix_socket.h. While it waits, it serves nobody yet;
 * it is alone when nobody listens at its paths any more. On failure *problem
 * gets one line for a person.
 */
bool plugin_waits(const struct plugin *plugin);
bool plugin_is_alone(const struct plugin *plugin);
MUST_USE enum status plugin_take_over(
    struct plugin *plugin, struct buf *problem);

/* Whether all its paths are another live process's. */
bool plugin_is_replaced(const struct plugin *plugin);

/* Makes sockets' files anew that somebody removed. Never waits long. */
void plugin_renew_sockets(struct plugin *plugin, int64_t now_ms);

/* Leaves the health port to that process; calls are still taken. Once. */
void plugin_give_way(struct plugin *plugin);

/* Whether each key could be used when that was last asked for; asks again.
 * Never waits; for the thread that starts and stops it. */
bool plugin_is_usable(struct plugin *plugin);

/* Whether its threads have been seen at work within that time. */
bool plugin_is_alive(const struct plugin *plugin, int64_t within_ms);

/* Reads credentials and the CA file anew. */
void plugin_reload(struct plugin *plugin);

/*
 * Gives up the sockets; calls under way have --stop-timeout to finish, then
 * they are cancelled; then everything is freed. STATUS_TIMEOUT if a call
 * could not be ended: nothing more can be done then but to exit.
 */
MUST_USE enum status plugin_stop(struct plugin *plugin);

#endif
