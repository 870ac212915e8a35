/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML as Jenkins and GitLab read it: a testsuite of one testcase for
 * each scenario, since properties belong to suites. A failed scenario is a
 * <failure>, one that could not run or was interrupted an <error>.
 */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "report/report_set.h"

/* Appends. */
MUST_USE enum status junit_print(const struct report_set *set, struct buf *out);

#endif
