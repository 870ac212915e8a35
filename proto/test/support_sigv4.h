/* SPDX-License-Identifier: Apache-2.0 */
/* AWS's vectors (fixtures/sigv4) as requests that the code under test takes. */
#ifndef TEST_SUPPORT_SIGV4_H
#define TEST_SUPPORT_SIGV4_H

#include "aws/sigv4.h"
#include "base/json.h"

/* A request with its parts; everything borrows from the text it was read
 * from, but the hash of its body. */
struct vector_request {
    struct sigv4_request wire;
    struct sigv4_header headers[SIGV4_HEADERS_MAX];
    struct span body;
    struct buf hash;
};

/* Reads "GET /path?query HTTP/1.1\nName:value\n...\n\nbody". */
void vector_request_init(struct vector_request *request, struct span text);
void vector_request_reset(struct vector_request *request);
void vector_request_add(
    struct vector_request *request, const char *name, struct span value);

/* The vectors; fails the test when they cannot be read. */
struct json_doc *vectors_load(void);

/* Calls `check` with each vector: its name and its object. */
void vectors_for_each(
    void (*check)(const char *name, const struct json *vector));

#endif
