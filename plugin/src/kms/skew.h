/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's clock against KMS's: signatures made more than five minutes
 * off are refused, so they are made with KMS's time, as its answers tell it.
 * Pure.
 */
#ifndef KMS_SKEW_H
#define KMS_SKEW_H

#include "kms/kms.h"

enum {
    SKEW_TOLERATED_MS = 4 * 60 * 1000,      /* not worth a correction */
    SKEW_BELIEVED_MS = 24 * 60 * 60 * 1000, /* a Date further off is wrong */
};

/* Reads "Sun, 22 Nov 2026 15:04:05 GMT" (RFC 9110, IMF-fixdate).
 * STATUS_INVALID for anything else. */
MUST_USE enum status skew_read_date(struct span text, int64_t *ms);

/* Whether KMS refused the time of a signature. */
bool skew_is_told(const struct kms_result *result);

/* Whether it refused what a wrong time may be the cause of. */
bool skew_is_suspected(const struct kms_result *result);

/*
 * What is to be added to the machine's clock: *offset_ms follows an answer's
 * date where that is SKEW_TOLERATED_MS from it, or anyhow where KMS told so.
 * Whether it changed.
 */
bool skew_learn(
    int64_t *offset_ms, int64_t machine_ms, int64_t date_ms, bool told);

#endif
