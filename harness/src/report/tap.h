/* SPDX-License-Identifier: Apache-2.0 */
/* TAP 14: a test for each scenario, with a block of YAML below it. A run that
 * was interrupted ends in "Bail out!". */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "report/report_set.h"

/* Appends. */
MUST_USE enum status tap_print(const struct report_set *set, struct buf *out);

#endif
