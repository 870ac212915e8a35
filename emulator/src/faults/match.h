/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `match` of a rule: which connections and requests it means. All that is
 * said must hold; nothing said means everything. Constant once it is read.
 */
#ifndef FAULTS_MATCH_H
#define FAULTS_MATCH_H

#include "api/hooks.h"
#include "fault/fields.h"

/* When it is asked what is to happen. */
enum match_stage {
    MATCH_REFUSE,  /* a door may be shut: no connection is there */
    MATCH_ACCEPT,  /* a connection came in */
    MATCH_TLS,     /* its ClientHello is read */
    MATCH_HEADERS, /* a request's headers are read */
    MATCH_REQUEST, /* its body is read, its signature and input are in order */
    MATCH_STAGES,
};

/* What is known. All borrowed. */
struct match_facts {
    enum match_stage stage;
    uint64_t connection;     /* its ordinal, from 1; 0: not known */
    struct span address;     /* ACCEPT, TLS: the client's, without its port */
    int64_t port;            /* ACCEPT, TLS: the one that it came to */
    struct span server_name; /* TLS */
    const struct sigv4_request *wire;    /* HEADERS, REQUEST */
    struct span operation;               /* HEADERS, REQUEST */
    const struct service_facts *request; /* REQUEST */
};

struct match;

/* `json` may be NULL. */
MUST_USE enum status match_read(const struct fault_place *place,
    const struct json *json, struct match **out);
void match_free(struct match *match);

/* Whether all it asks for is known at a stage; else *member is what is not. */
bool match_goes_with(
    const struct match *match, enum match_stage stage, const char **member);

/* The first action of a rule claims the stage that the rule is asked at; false
 * for a later one that wants another. */
bool match_claim(const struct match *match, enum match_stage stage);

/* False also at another stage than the claimed one. */
bool match_holds(const struct match *match, const struct match_facts *facts);

/* Whether a header is the one of that name. */
bool match_is_header(const struct sigv4_header *header, const char *name);

/* The operations that it names; 0: any. */
size_t match_operation_count(const struct match *match);
const char *match_operation(const struct match *match, size_t index);

/* -1: any. */
int64_t match_port(const struct match *match);

#endif
