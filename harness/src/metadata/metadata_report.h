/* SPDX-License-Identifier: Apache-2.0 */
/* What kmslab metadata prints: for a person, or as one line of JSON. */
#ifndef METADATA_METADATA_REPORT_H
#define METADATA_METADATA_REPORT_H

#include "metadata/services.h"

/*
 * Appends export lines for a shell, by service, or one line of JSON:
 * {"endpoint", "emulator", "imds": {NAME: VALUE}, "container": {…},
 * "sso": {…}}.
 */
MUST_USE enum status metadata_report(
    const struct services *services, uint16_t port, bool json, struct buf *out);

#endif
