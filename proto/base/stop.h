/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a daemon is asked to end: by SIGTERM or SIGINT. For the main thread.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

enum { STOP_REPEAT_MS = 500 };

/* Holds both signals back. Before there are threads, which inherit it. */
void stop_hold(void);

/*
 * Waits for one and returns its number. A signal in the STOP_REPEAT_MS after
 * it is the same one that came twice, as timeout(1) and a terminal's process
 * group send it; a later one ends the process at once, whatever hangs.
 */
int stop_await(void);

/* The same for who has waited by himself: from now on a later one ends the
 * process. */
void stop_begins(void);

#endif
