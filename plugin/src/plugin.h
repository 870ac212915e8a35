/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole plugin, built from its options: one client of KMS, an instance
 * for each key, and the HTTP server for health and metrics. One thread starts
 * and stops it.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "options/options.h"

struct plugin;

enum {
    PLUGIN_GRACE_MS = 5000,  /* for calls under way, when it stops */
    PLUGIN_CANCEL_MS = 5000, /* for those to end that were cancelled then */
};

/*
 * Serves from here on. `options` is borrowed until plugin_stop. On failure
 * *problem gets one line for a person; STATUS_INVALID: the options cannot
 * work.
 */
MUST_USE enum status plugin_start(
    const struct options *options, struct plugin **out, struct buf *problem);

/* Appends "ready unix:///PATH… health http://HOST:PORT". */
MUST_USE enum status plugin_describe(
    const struct plugin *plugin, struct buf *out);

/*
 * Gives up the sockets; calls under way have PLUGIN_GRACE_MS to finish, then
 * they are cancelled; then everything is freed. STATUS_TIMEOUT if a call
 * could not be ended: nothing more can be done then but to exit.
 */
MUST_USE enum status plugin_stop(struct plugin *plugin);

#endif
