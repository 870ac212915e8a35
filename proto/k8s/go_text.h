/* SPDX-License-Identifier: Apache-2.0 */
#ifndef K8S_GO_TEXT_H
#define K8S_GO_TEXT_H

#include "base/buf.h"

/*
 * Appends the text in double quotes as Go's %q does: Go escapes, \xNN for
 * bytes that are not UTF-8. Which characters above U+00A0 Go calls printable
 * is not followed: they stand as they are.
 */
MUST_USE enum status go_text_quote(struct span text, struct buf *out);

#endif
