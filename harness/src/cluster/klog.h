/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLUSTER_KLOG_H
#define CLUSTER_KLOG_H

#include "base/buf.h"

/*
 * Appends the value of err in the line with which a Kubernetes program says
 * that it gives up: `… "command failed" err="…"`, or, where the error has
 * several lines, err=< and the lines, each after a tab, up to " >".
 * STATUS_NOT_FOUND where the log has no such line.
 */
MUST_USE enum status klog_command_failed(struct span log, struct buf *words);

#endif
