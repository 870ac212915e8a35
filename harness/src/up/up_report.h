/* SPDX-License-Identifier: Apache-2.0 */
/* What kmslab up prints: for a person, or as one line of JSON. */
#ifndef UP_UP_REPORT_H
#define UP_UP_REPORT_H

#include "http/kms.h"

struct up_report { /* all borrowed */
    struct kms_account account;
    const char *admin; /* URL of the admin listener */
    const char *key_arn;
    const char *plugin_endpoint;
};

/*
 * Appends text that a shell can read: export lines, the rest as comments. The
 * EncryptionConfiguration in it is to be pasted without the "# ".
 */
MUST_USE enum status up_report_text(
    const struct up_report *report, struct buf *out);

/*
 * Appends {"endpoint", "key", "plugin", "environment": {NAME: VALUE},
 * "encryption_configuration"} and a newline.
 */
MUST_USE enum status up_report_json(
    const struct up_report *report, struct buf *out);

#endif
