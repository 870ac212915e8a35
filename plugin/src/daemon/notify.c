/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "daemon/notify.h"

#include "base/num.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { US_PER_MS = 1000, NS_PER_US = 1000, US_PER_S = 1000000 };

/* "/path" or "@name". */
static bool
parse_address(const char *text, struct sockaddr_un *address, socklen_t *len)
{
    size_t size = text == NULL ? 0 : strlen(text);
    if (size < 2 || size >= sizeof(address->sun_path) ||
        (text[0] != '/' && text[0] != '@'))
        return false;
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(address->sun_path, text, size);
    if (text[0] == '@')
        address->sun_path[0] = '\0';
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    return true;
}

/* Half of what the manager allows: one late message is none too many. */
static int64_t
watchdog_from_environment(void)
{
    int64_t pid = getpid(), us = 0;
    const char *whose = getenv("WATCHDOG_PID");
    const char *allowed = getenv("WATCHDOG_USEC");
    if (whose != NULL &&
        (num_parse(span_text(whose), 1, INT32_MAX, &pid) != STATUS_OK ||
            pid != getpid()))
        return 0;
    if (allowed == NULL ||
        num_parse(span_text(allowed), 1, INT64_MAX, &us) != STATUS_OK)
        return 0;
    int64_t ms = us / US_PER_MS / 2;
    return ms < 1 ? 1 : ms;
}

struct notify
notify_open(void)
{
    struct notify n = { .fd = -1 };
    if (parse_address(getenv("NOTIFY_SOCKET"), &n.address, &n.len))
        n.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (n.fd >= 0)
        n.watchdog_ms = watchdog_from_environment();
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("WATCHDOG_USEC");
    return n;
}

void
notify_close(struct notify *n)
{
    if (n->fd >= 0)
        (void)close(n->fd);
    n->fd = -1;
}

void
notify_send(const struct notify *n, const char *format, ...)
{
    char text[NOTIFY_MAX];
    va_list args;
    if (n->fd < 0)
        return;
    va_start(args, format);
    int len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (len < 0)
        return;
    size_t size = (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
    while (sendto(n->fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT,
               (const struct sockaddr *)&n->address, n->len) < 0 &&
           errno == EINTR)
        ;
}

void
notify_reloading(const struct notify *n)
{
    struct timespec now = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    notify_send(n, "RELOADING=1\nMONOTONIC_USEC=%lld",
        (long long)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US);
}
