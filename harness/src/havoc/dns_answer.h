/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a name server that knows one name says to a query (RFC 1035): the
 * name's address is 127.0.0.1, it has no other records, and other names do not
 * exist. Or a failure instead. Pure.
 */
#ifndef HAVOC_DNS_ANSWER_H
#define HAVOC_DNS_ANSWER_H

#include "base/buf.h"

enum { DNS_QUERY_MAX = 512 };

/* The RCODE of an answer. */
enum dns_code {
    DNS_OK = 0,
    DNS_SERVER_FAILURE = 2,
    DNS_NO_SUCH_NAME = 3,
    DNS_REFUSED = 5
};

/* Appends the answer. `code` other than DNS_OK is that failure, whatever is
 * asked. STATUS_INVALID for what is no query of one question. */
MUST_USE enum status dns_answer(
    struct span query, const char *name, enum dns_code code, struct buf *out);

#endif
