/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where somebody else may step between a request and its operation. The
 * service knows nothing of what is done there. While nobody is armed, a
 * request pays for asking that and for nothing else.
 */
#ifndef API_HOOKS_H
#define API_HOOKS_H

#include "api/service.h"
#include "base/json.h"

struct store_key;
struct service_pause;
struct facts;

/* A request whose signature and input are in order. Borrowed for the call. */
struct service_facts {
    const struct service_request *request;
    const char *operation; /* static */
    bool changes;          /* it changes records */
    struct span account, region;
    struct span caller;           /* its ARN */
    struct span key_id, key_arn;  /* of the key that it names, or that its
                                     ciphertext does; empty: none is known */
    struct span source_key_id;    /* ReEncrypt: of the ciphertext's key */
    const struct json *context;   /* the encryption context; NULL: none */
    const struct facts *resolver; /* for service_facts_has_alias */
};

/* Whether the alias ("alias/…") of the caller's account and Region names one
 * of the request's keys now, or is what the request is about. */
bool service_facts_has_alias(
    const struct service_facts *facts, struct span alias);

enum service_turn {
    SERVICE_TURN_RUN,     /* as if nobody had been asked */
    SERVICE_TURN_ANSWER,  /* the answer is filled in, and given */
    SERVICE_TURN_PAUSE,   /* the hook has taken the pause */
    SERVICE_TURN_PRETEND, /* runs, and what it would change is dropped */
};

struct service_hooks {
    void *context;
    bool (*armed)(void *context);
    /* Mark and headers of the answer may be set whatever is returned. With
     * SERVICE_TURN_PAUSE the request, and so the answer, may be gone when
     * this returns: the pause is given away last. */
    enum service_turn (*before)(void *context,
        const struct service_facts *facts, struct service_pause *pause,
        struct service_answer *answer);
    /* The operation has run and what it changed is durable. Only for answers
     * with a mark. */
    void (*after)(void *context, struct service_answer *answer);
    /* A record is about to be changed. It was this; version 0: not there. */
    void (*changing)(void *context, const struct store_key *record,
        uint64_t version, struct span value);
    /* What somebody who sees old data takes for a record: true with version
     * and value (appended); false: the record as it is. Only for operations
     * that change nothing and whose answer has a mark. */
    bool (*recall)(void *context, void *mark, const struct store_key *record,
        uint64_t *version, struct buf *value);
};

/* Exactly once after SERVICE_TURN_PAUSE, from any thread: runs the request. */
void service_pause_end(struct service_pause *pause);

#endif
