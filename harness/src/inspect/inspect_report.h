/* SPDX-License-Identifier: Apache-2.0 */
/* What inspect prints: for a person, or as one line of JSON. */
#ifndef INSPECT_INSPECT_REPORT_H
#define INSPECT_INSPECT_REPORT_H

#include "k8s/stored_value.h"

struct inspect_report {
    const struct stored_value *value;
    struct span bytes;     /* the whole value */
    struct span plaintext; /* printed where show_plaintext says so */
    bool show_plaintext;
};

/* Both append. */
MUST_USE enum status inspect_report_text(
    const struct inspect_report *report, struct buf *out);
MUST_USE enum status inspect_report_json(
    const struct inspect_report *report, struct buf *out);

/* "kms v2", "aescbc", …: what sealed the value; "" where nothing did. */
const char *inspect_report_provider(const struct stored_value *value);

/* "HKDF_SHA256_XNONCE_AES_GCM_SEED" and the like; "unknown". */
const char *inspect_report_source_type(int32_t type);

#endif
