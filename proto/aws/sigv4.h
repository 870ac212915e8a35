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
    SIGV4_HEADERS_MAX = 64, /* of a request, and signed ones */
    SIGV4_QUERY_MAX = 64,   /* parameters of a query */
    SIGV4_AUTHORIZATION_MAX = 4096,
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

/* Who signed, for what, and which headers. The spans borrow from the text
 * that was parsed. */
struct sigv4_authorization {
    struct span access_key_id;
    struct sigv4_scope scope;
    struct span signed_headers; /* sorted lower case names, ';' between */
    struct span signature_hex;
    bool in_query;       /* of a presigned URL, not of a header */
    struct span expires; /* in_query only: X-Amz-Expires, as written */
};

/* Keeps the derived keys of the last few (access key, scope) pairs, wiped. */
struct sigv4_key_cache;
MUST_USE enum status sigv4_key_cache_new(struct sigv4_key_cache **out);
void sigv4_key_cache_free(struct sigv4_key_cache *cache);

/* Appends the 64 hex digits of SHA-256(payload). */
MUST_USE enum status sigv4_payload_hash(struct span payload, struct buf *hex);

/*
 * The two intermediate texts, each appended to *out. For the first:
 * STATUS_INVALID for signed_headers that are no sorted list of lower-case
 * names, STATUS_NOT_FOUND where the request lacks one of them,
 * STATUS_TOO_LARGE above the limits on top.
 */
MUST_USE enum status sigv4_canonical_request(
    const struct sigv4_request *request, struct span signed_headers,
    struct buf *out);
MUST_USE enum status sigv4_string_to_sign(struct span canonical_request,
    struct span amz_date, const struct sigv4_scope *scope, struct buf *out);

/* The derived key; the caller cleanses it. */
MUST_USE enum status sigv4_signing_key(struct span secret_access_key,
    const struct sigv4_scope *scope, uint8_t key[SIGV4_MAC_LEN]);

/*
 * The same through the cache, which may be NULL. An entry is used for the
 * secret it was made of and no other.
 */
MUST_USE enum status sigv4_key_cache_get(struct sigv4_key_cache *cache,
    struct span access_key_id, struct span secret_access_key,
    const struct sigv4_scope *scope, uint8_t key[SIGV4_MAC_LEN]);

/* Appends the signature in hex. */
MUST_USE enum status sigv4_signature(const uint8_t key[SIGV4_MAC_LEN],
    struct span string_to_sign, struct buf *hex);

/*
 * Appends the value of the Authorization header. The request must already
 * hold Host, X-Amz-Date (the date that is signed) and, where credentials have
 * a session token, X-Amz-Security-Token: all its headers are signed.
 * STATUS_INVALID where one of them is missing. `cache` may be NULL.
 */
MUST_USE enum status sigv4_sign(const struct sigv4_request *request,
    const struct sigv4_credentials *credentials, struct span region,
    struct span service, struct sigv4_key_cache *cache,
    struct buf *authorization);

/*
 * Reads an Authorization header. STATUS_UNSUPPORTED where it is not of
 * AWS4-HMAC-SHA256, STATUS_NOT_FOUND where one of its three parts is missing
 * (sigv4_parts_found tells which), STATUS_EXISTS where one stands twice,
 * STATUS_TOO_LARGE above the limits on top, STATUS_INVALID for any other
 * form, or names of signed headers that are not lower case and sorted.
 */
MUST_USE enum status sigv4_parse_authorization(
    struct span header, struct sigv4_authorization *out);

/* Which parts an Authorization header has, as far as it can be read. */
enum {
    SIGV4_PART_CREDENTIAL = 1,
    SIGV4_PART_SIGNED_HEADERS = 2,
    SIGV4_PART_SIGNATURE = 4,
};
unsigned sigv4_parts_found(struct span header);

/*
 * Reads the authorization of a presigned URL, with the same statuses; a query
 * without X-Amz-Algorithm is STATUS_UNSUPPORTED. *decoded becomes the owner
 * of the text that *out and *amz_date borrow from.
 */
MUST_USE enum status sigv4_parse_query(struct span query, struct buf *decoded,
    struct sigv4_authorization *out, struct span *amz_date);

/*
 * Checks a signature, in constant time. The date's skew, the expiry and the
 * scope's service are the caller's to check.
 *   STATUS_AUTHENTIC   it is not the one that the secret gives
 *   STATUS_DENIED      "host" is not among the signed headers
 *   STATUS_CONFLICT    the scope's date is not the day of amz_date
 *   STATUS_NOT_FOUND, STATUS_INVALID, STATUS_TOO_LARGE
 *                      as sigv4_canonical_request
 * *canonical and *string_to_sign (each may be NULL) get the texts that AWS
 * quotes when it refuses: they are set on STATUS_OK and STATUS_AUTHENTIC.
 * `cache` may be NULL.
 */
MUST_USE enum status sigv4_verify(const struct sigv4_request *request,
    const struct sigv4_authorization *authorization, struct span amz_date,
    struct span secret_access_key, struct sigv4_key_cache *cache,
    struct buf *canonical, struct buf *string_to_sign);

#endif
