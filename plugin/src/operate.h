/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operator, or the service manager for him, does to the running
 * plugin: signals, and being told how it does. The main thread.
 */
#ifndef OPERATE_H
#define OPERATE_H

#include "daemon/notify.h"
#include "plugin.h"

/*
 * Says that the plugin serves, then follows signals until it is to stop:
 * SIGHUP reads credentials anew, SIGUSR1 turns debug lines on and off. A plugin
 * that waits to take over another's sockets does so when its keys can be used.
 * STATUS_UNAVAILABLE with *problem where that was not the case in time: the
 * other is left alone.
 */
MUST_USE enum status operate(struct plugin *plugin,
    const struct options *options, const struct notify *notify,
    struct buf *problem);

#endif
