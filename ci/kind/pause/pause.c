/* SPDX-License-Identifier: Apache-2.0 */
/* The program of the pause image: holds a pod's namespaces until it is told to
 * end, and reaps what is left to it where a pod shares its process namespace.
 * Each container that is started from the image may run another program. */
#include <signal.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/wait.h>

static void
reap(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

int
main(void)
{
    sigset_t signals;
    int number = 0;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return 1;
    while (number != SIGINT && number != SIGTERM) {
        if (sigwait(&signals, &number) != 0)
            return 1;
        if (number == SIGCHLD)
            reap();
    }
    return 0;
}
