/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes lines to a descriptor that others share, without ever waiting for
 * those who read it: a pipe nobody reads, a terminal that is stopped, a full
 * disk. Its mode is left as it is: it may be the shell's own. No state.
 */
#ifndef BASE_LOG_SINK_H
#define BASE_LOG_SINK_H

#include "base/span.h"

/* How many bytes could be written at once; the rest is lost. */
size_t log_sink_write(int fd, struct span line);

#endif
