/* SPDX-License-Identifier: Apache-2.0 */
/* What check-config says of a configuration, as text or as JSON. */
#ifndef CHECK_CHECK_REPORT_H
#define CHECK_CHECK_REPORT_H

#include "k8s/config.h"

struct check_report {
    const char *file_name;
    const struct encryption_config *config; /* NULL: it was refused */
    struct span problem;                    /* then: with these words */
    const char *const *asked;               /* resources from the command */
    size_t asked_count;
};

/* Each appends. The text is for an accepted configuration only. */
MUST_USE enum status check_report_text(
    const struct check_report *report, struct buf *out);
MUST_USE enum status check_report_json(
    const struct check_report *report, struct buf *out);

#endif
