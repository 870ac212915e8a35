/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the process gives up for good once its sockets are bound. Linux keeps
 * these for each thread: call before there are others, which inherit them.
 */
#ifndef DAEMON_PRIVILEGES_H
#define DAEMON_PRIVILEGES_H

#include "base/status.h"

/*
 * No capabilities (of all sets, the bounding one where that is allowed), and
 * none to be had from programs that it starts. A process that has none
 * already keeps its user's rights; root keeps those of the files' owner.
 */
MUST_USE enum status privileges_drop(void);

#endif
