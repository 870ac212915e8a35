/* SPDX-License-Identifier: Apache-2.0 */
/* The size of the C library's heap. Its contents stay the same for weeks, but
 * the many shapes of what comes and goes would spread them over more pages. */
#ifndef DAEMON_HEAP_H
#define DAEMON_HEAP_H

/* One arena: few threads allocate, and little. Before there are threads. */
void heap_settle(void);

/* Gives pages that nothing stands on back to the system. */
void heap_trim(void);

#endif
