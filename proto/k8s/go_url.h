/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Go's net/url makes of an endpoint: the scheme, or why it is refused.
 */
#ifndef K8S_GO_URL_H
#define K8S_GO_URL_H

#include "base/buf.h"

/*
 * Appends the lower-case scheme (nothing where there is none) to *scheme.
 * STATUS_INVALID with Go's words appended to *problem, e.g.
 * "parse \":x\": missing protocol scheme".
 */
MUST_USE enum status go_url_scheme(
    struct span url, struct buf *scheme, struct buf *problem);

#endif
