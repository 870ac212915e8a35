/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signals.h"

#include "base/stop.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

static const struct {
    int number;
    enum signals_event event;
} table[] = {
    { SIGTERM, SIGNALS_STOP },
    { SIGINT, SIGNALS_STOP },
    { SIGHUP, SIGNALS_RELOAD },
    { SIGUSR1, SIGNALS_DEBUG },
};
enum { COUNT = sizeof(table) / sizeof(table[0]) };

static sigset_t
all_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    for (size_t i = 0; i < COUNT; i++)
        (void)sigaddset(&signals, table[i].number);
    return signals;
}

void
signals_hold(void)
{
    sigset_t signals = all_signals();
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

enum signals_event
signals_wait(int wait_ms)
{
    sigset_t signals = all_signals();
    const struct timespec wait = { .tv_sec = wait_ms / MS_PER_S,
        .tv_nsec = (long)(wait_ms % MS_PER_S) * NS_PER_MS };
    int number = sigtimedwait(&signals, NULL, &wait);
    for (size_t i = 0; i < COUNT; i++) {
        if (table[i].number != number)
            continue;
        if (table[i].event == SIGNALS_STOP)
            stop_begins();
        return table[i].event;
    }
    return SIGNALS_NONE; /* also where it was interrupted */
}
