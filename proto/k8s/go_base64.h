/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_GO_BASE64_H
#define K8S_GO_BASE64_H

#include "base/buf.h"

/*
 * Appends what base64.StdEncoding of Go decodes: as base64_decode, but line
 * ends are skipped and the spare bits of the last letter may be anything.
 * STATUS_INVALID for all else.
 */
MUST_USE enum status go_base64_decode(struct span text, struct buf *out);

#endif
