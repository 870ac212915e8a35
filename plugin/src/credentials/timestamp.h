/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CREDENTIALS_TIMESTAMP_H
#define CREDENTIALS_TIMESTAMP_H

#include "base/span.h"
#include "base/status.h"

/*
 * Reads "2026-11-22T12:00:00Z" (RFC 3339; a fraction of a second is dropped,
 * an offset such as +01:00 counted, "UTC" stands for Z as in old SSO caches).
 * Milliseconds since the epoch. STATUS_INVALID for anything else. Pure.
 */
MUST_USE enum status timestamp_parse(struct span text, int64_t *ms);

#endif
