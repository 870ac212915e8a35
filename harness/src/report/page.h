/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.html: one page that needs no network and no other file. An index of
 * the scenarios, worst first, and each in detail. Its policy (CSP) lets only
 * its own style and script in, by their hashes, and nothing out.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/report_set.h"

enum {
    PAGE_MAX = 4600 * 1000,         /* bytes of a page, about */
    PAGE_SCENARIO_MAX = 150 * 1000, /* of one scenario in it, about */
};

/* Appends. */
MUST_USE enum status page_print(const struct report_set *set, struct buf *out);

#endif
