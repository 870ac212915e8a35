/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of SigV4 share among themselves. See sigv4.h. */
#ifndef AWS_SIGV4_INTERNAL_H
#define AWS_SIGV4_INTERNAL_H

#include "aws/sigv4.h"

#define SIGV4_ALGORITHM "AWS4-HMAC-SHA256"
#define SIGV4_TERMINATOR "aws4_request"

enum { SIGV4_AMZ_DATE_LEN = 16, SIGV4_SCOPE_DATE_LEN = 8 };

/* With the calling thread's own OpenSSL contexts. */
MUST_USE enum status sigv4_sha256(
    struct span bytes, uint8_t digest[SIGV4_MAC_LEN]);
MUST_USE enum status sigv4_hmac(
    struct span key, struct span text, uint8_t mac[SIGV4_MAC_LEN]);

/* Appends DATE/REGION/SERVICE/aws4_request. */
MUST_USE enum status sigv4_append_scope(
    const struct sigv4_scope *scope, struct buf *out);

/* Reads ACCESS_KEY/DATE/REGION/SERVICE/aws4_request. */
MUST_USE enum status sigv4_parse_credential(
    struct span text, struct span *access_key_id, struct sigv4_scope *scope);

/* Cuts the next of `rest` at `separator`; false when nothing is left. */
bool sigv4_next(struct span *rest, uint8_t separator, struct span *piece);

/* STATUS_INVALID for what is no sorted list of lower-case names, each once;
 * STATUS_TOO_LARGE above SIGV4_HEADERS_MAX. */
MUST_USE enum status sigv4_check_names(struct span signed_headers);

/* ASCII case is ignored. */
bool sigv4_same_name(struct span a, struct span b);

/* Appends with every %XX decoded; a '%' that starts none stays. */
MUST_USE enum status sigv4_uri_decode(struct span text, struct buf *out);

/* Each appends its line of the canonical request, without the newline. */
MUST_USE enum status sigv4_canonical_path(
    struct span path, bool normalize, struct buf *out);
MUST_USE enum status sigv4_canonical_query(struct span query, struct buf *out);

/* Appends the query without its signature: what a presigned URL signs. */
MUST_USE enum status sigv4_unsigned_query(struct span query, struct buf *out);

#endif
