/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stop.h"

#include "base/clock.h"

#include <pthread.h>
#include <signal.h>

static int64_t asked_ms; /* set before `on_again` can run */

static sigset_t
stop_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    return signals;
}

/* Only what may be called in a handler. */
static void
on_again(int number)
{
    struct clock clock = clock_monotonic();
    if (clock_ms(&clock) - asked_ms < STOP_REPEAT_MS)
        return;
    (void)signal(number, SIG_DFL);
    (void)raise(number); /* delivered when this returns */
}

void
stop_hold(void)
{
    sigset_t signals = stop_signals();
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

void
stop_begins(void)
{
    sigset_t signals = stop_signals();
    struct clock clock = clock_monotonic();
    struct sigaction again = { .sa_handler = on_again, .sa_flags = SA_RESTART };
    asked_ms = clock_ms(&clock);
    (void)sigemptyset(&again.sa_mask);
    (void)sigaction(SIGTERM, &again, NULL);
    (void)sigaction(SIGINT, &again, NULL);
    (void)pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

int
stop_await(void)
{
    sigset_t signals = stop_signals();
    int number = 0;
    (void)sigwait(&signals, &number);
    stop_begins();
    return number;
}
