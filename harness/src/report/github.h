/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For GitHub Actions. A step's summary is dropped whole above 1 MiB, and only
 * ten errors and ten warnings of a step are shown: both limits are kept here,
 * with a sentence in the place of what is left out.
 */
#ifndef REPORT_GITHUB_H
#define REPORT_GITHUB_H

#include "report/report_set.h"

enum {
    GITHUB_SUMMARY_MAX = 1000 * 1024, /* bytes; the rest of the MiB is for
                                         what else a step writes */
    GITHUB_ANNOTATIONS_MAX = 10,      /* of each kind */
};

/* Appends markdown: a table of all scenarios, worst first, then each that
 * failed in detail. */
MUST_USE enum status github_summary(
    const struct report_set *set, struct buf *out);

/*
 * Appends workflow commands, worst first: an error for each scenario that
 * failed or could not run, a warning for each that was interrupted. The tenth
 * of more than ten says how many there are.
 */
MUST_USE enum status github_annotations(
    const struct report_set *set, struct buf *out);

#endif
