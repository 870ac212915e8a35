/* SPDX-License-Identifier: Apache-2.0 */
#include "process/interrupt.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int signals_fd = -1;
static _Atomic int pending;

/* A blocked signal would arrive even where nohup or a shell's "&" had it
 * ignored: those are left alone. */
static void
add_unless_ignored(sigset_t *set, int signal)
{
    struct sigaction present;

    if (sigaction(signal, NULL, &present) == 0 && present.sa_handler != SIG_IGN)
        sigaddset(set, signal);
}

enum status
interrupt_init(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    sigset_t set;

    if (signals_fd >= 0)
        return STATUS_OK;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        add_unless_ignored(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return status_from_errno(errno);
    signals_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return signals_fd < 0 ? status_from_errno(errno) : STATUS_OK;
}

int
interrupt_fd(void)
{
    return signals_fd;
}

bool
interrupt_take(struct interrupt *out)
{
    struct signalfd_siginfo info;

    if (signals_fd < 0 || read(signals_fd, &info, sizeof(info)) <= 0)
        return false;
    out->signal = (int)info.ssi_signo;
    out->from_terminal = info.ssi_code == SI_KERNEL;
    return true;
}

int
interrupt_pending(void)
{
    struct interrupt taken;

    if (pending == 0 && interrupt_take(&taken))
        pending = taken.signal;
    return pending;
}

enum status
interrupt_sleep(int64_t ms)
{
    struct clock clock = clock_monotonic();
    int64_t end = clock_ms(&clock) + ms;

    for (int64_t left = ms; left > 0; left = end - clock_ms(&clock)) {
        struct pollfd fd = { signals_fd, POLLIN, 0 };

        if (interrupt_pending() != 0)
            return STATUS_CANCELLED;
        (void)poll(&fd, 1, left > 1000 ? 1000 : (int)left);
    }
    return interrupt_pending() != 0 ? STATUS_CANCELLED : STATUS_OK;
}
