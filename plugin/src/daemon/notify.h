/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the service manager how the process does: sd_notify(3)'s protocol, a
 * datagram of VARIABLE=VALUE lines to the socket that NOTIFY_SOCKET names.
 * Without that variable everything here is without effect, and where the
 * manager does not hear a message is lost: nobody waits. One thread.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include "base/compiler.h"

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct notify {
    int fd; /* -1: nobody to tell */
    struct sockaddr_un address;
    socklen_t len;
    int64_t watchdog_ms; /* WATCHDOG=1 is due this often; 0: never */
};

/*
 * Reads NOTIFY_SOCKET, and WATCHDOG_USEC where WATCHDOG_PID is ours, and takes
 * them out of the environment: programs that the plugin starts are not it.
 */
struct notify notify_open(void);
void notify_close(struct notify *notify);

/* One message, e.g. "READY=1\nSTATUS=…"; cut at NOTIFY_MAX bytes. */
enum { NOTIFY_MAX = 1024 };
void notify_send(const struct notify *notify, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* "RELOADING=1" with the time that systemd wants beside it. */
void notify_reloading(const struct notify *notify);

#endif
