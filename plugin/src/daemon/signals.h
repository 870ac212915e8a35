/* SPDX-License-Identifier: Apache-2.0 */
/* The signals that an operator sends, waited for on the main thread. */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

enum signals_event {
    SIGNALS_NONE,   /* none in that time */
    SIGNALS_STOP,   /* SIGTERM, SIGINT */
    SIGNALS_RELOAD, /* SIGHUP */
    SIGNALS_DEBUG,  /* SIGUSR1 */
};

/* Holds them back. Before there are threads, which inherit it. */
void signals_hold(void);

/* Waits up to wait_ms for one. After SIGNALS_STOP another ends the process, as
 * base/stop has it. */
enum signals_event signals_wait(int wait_ms);

#endif
