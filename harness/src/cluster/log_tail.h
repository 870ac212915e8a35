/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLUSTER_LOG_TAIL_H
#define CLUSTER_LOG_TAIL_H

#include "base/buf.h"

/*
 * Says the last line of a program's log: "; its log ends in: …". The log goes
 * away with the workspace, so its path alone would help nobody. Says nothing
 * where there is no such file, or nothing in it.
 */
void log_tail_say(const char *path, struct buf *words);

#endif
