/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS Signature Version 4, both directions: the plugin signs, the emulator
 * verifies, and both build the same canonical request and string to sign.
 * Source: "Create a signed AWS API request", AWS IAM user guide; AWS's own
 * test vectors are in fixtures/sigv4. Functions are thread-safe; a
 * sigv4_key_cache belongs to one thread or is locked by its owner.
 */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include "base/buf.h"

enum {
    SIGV4_HEADERS_MAX = 64,
    SIGV4_MAC_LEN = 32,
    SIGV4_SKEW_MS = 5 * 60 * 1000, /* how far a request's date may be off */
};

struct sigv4_header {
    struct span name;  /* any case */
    struct span value; /* as on the wire */
};

/* A request as it is on the wire: nothing decoded, nothing normalised. */
struct sigv4_request {
    struct span method;
    struct span path;  /* raw, without the query; empty means "/" */
    struct span query; /* raw, without the '?' */
    const struct sigv4_header *headers; /* each occurrence, in wire order */
    size_t header_count;
    struct span payload_sha256_hex; /* 64 digits, or UNSIGNED-PAYLOAD */
    bool normalize_path;            /* true for all services but S3 */
};

/* The credential scope: DATE/REGION/SERVICE/aws4_request. */
struct sigv4_scope {
    struct span date; /* YYYYMMDD */
    struct span region;
    struct span service;
};

struct sigv4_credentials {
    struct span access_key_id;
    struct span secret_access_key;
    struct span session_token; /* empty when none */
};

/* A parsed Authorization header; all spans borrow from it. */
struct sigv4_authorization {
    struct span access_key_id;
    struct sigv4_scope scope;
    struct span signed_headers; /* lower case names with ';' between */
    struct span signature_hex;
};

/* Appends the 64 hex digits of SHA-256(payload). */
MUST_USE enum status sigv4_payload_hash(struct span payload, struct buf *hex);

/* The two intermediate texts, each appended to *out. */
MUST_USE enum status sigv4_canonical_request(
    const struct sigv4_request *request, struct span signed_headers,
    struct buf *out);
MUST_USE enum status sigv4_string_to_sign(struct span canonical_request,
    struct span amz_date, const struct sigv4_scope *scope, struct buf *out);

/* The derived key; the caller cleanses it. */
MUST_USE enum status sigv4_signing_key(struct span secret_access_key,
    const struct sigv4_scope *scope, uint8_t key[SIGV4_MAC_LEN]);

/* Appends the signature in hex. */
MUST_USE enum status sigv4_signature(const uint8_t key[SIGV4_MAC_LEN],
    struct span string_to_sign, struct buf *hex);

/*
 * Appends the value of the Authorization header. The request must already
 * hold Host, X-Amz-Date (the date that is signed) and, where credentials have
 * a session token, X-Amz-Security-Token: all its headers are signed.
 */
MUST_USE enum status sigv4_sign(const struct sigv4_request *request,
    const struct sigv4_credentials *credentials, struct span region,
    struct span service, struct buf *authorization);

/* STATUS_INVALID for a header that is not of the AWS4-HMAC-SHA256 form. */
MUST_USE enum status sigv4_parse_authorization(
    struct span header, struct sigv4_authorization *out);

/*
 * STATUS_AUTHENTIC where the signature is not the one that the secret gives;
 * the date's skew is the caller's to check. *canonical and *string_to_sign
 * (each may be NULL) get the texts that AWS quotes when it refuses. `cache`
 * may be NULL.
 */
struct sigv4_key_cache;
MUST_USE enum status sigv4_verify(const struct sigv4_request *request,
    const struct sigv4_authorization *authorization, struct span amz_date,
    struct span secret_access_key, struct sigv4_key_cache *cache,
    struct buf *canonical, struct buf *string_to_sign);

/* Keeps the derived keys of the last few (access key, scope) pairs, wiped. */
MUST_USE enum status sigv4_key_cache_new(struct sigv4_key_cache **out);
void sigv4_key_cache_free(struct sigv4_key_cache *cache);

#endif
