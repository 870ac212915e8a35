/* SPDX-License-Identifier: Apache-2.0 */
/* What befalls one call. A plain value that owns its texts. */
#ifndef PROXY_EFFECT_H
#define PROXY_EFFECT_H

#include "base/buf.h"
#include "base/byte_map.h"
#include "fault/rule_table.h"

enum effect_kind {
    EFFECT_NONE,
    EFFECT_DELAY,       /* wait_ms before the plugin is asked */
    EFFECT_HANG,        /* the same without an end */
    EFFECT_FAIL,        /* code and text instead of the plugin's answer */
    EFFECT_KEY_ID,      /* text, in answers to Status and Encrypt */
    EFFECT_HEALTHZ,     /* text, to Status */
    EFFECT_VERSION,     /* text, to Status and Version */
    EFFECT_ANNOTATIONS, /* those of `annotations` are put in, to Encrypt */
    EFFECT_CIPHERTEXT,  /* change, to Encrypt */
    EFFECT_PLAINTEXT,   /* change, to Decrypt */
    EFFECT_EMPTY,       /* a message without fields */
    EFFECT_OVERSIZE,    /* one of `length` bytes more */
    EFFECT_KIND_COUNT,
};

/* How bytes are changed. */
enum effect_change {
    EFFECT_FLIP,     /* one bit in the middle */
    EFFECT_TRUNCATE, /* to `length` bytes, at most to half */
    EFFECT_CLEAR,    /* no bytes */
    EFFECT_GROW,     /* to `length` bytes at least */
    EFFECT_REPLACE,  /* by text */
    EFFECT_WRONG,    /* as many other bytes */
};

struct effect {
    enum effect_kind kind;
    struct fault_decision decision; /* whose it is */
    int64_t wait_ms;
    int code;
    struct buf text;
    size_t length;
    enum effect_change change;
    struct byte_map annotations;
};

void effect_reset(struct effect *effect);

/* Which answer it is that is changed. */
enum effect_method {
    EFFECT_METHOD_OTHER,
    EFFECT_METHOD_V1_VERSION,
    EFFECT_METHOD_V1_ENCRYPT,
    EFFECT_METHOD_V1_DECRYPT,
    EFFECT_METHOD_V2_STATUS,
    EFFECT_METHOD_V2_ENCRYPT,
    EFFECT_METHOD_V2_DECRYPT,
    EFFECT_METHOD_COUNT,
};

/* By its path, "/v2.KeyManagementService/Status". */
enum effect_method effect_method_of(struct span path);

/* "v1", "v2", or "" and "Status", …, or "". */
const char *effect_method_api(enum effect_method method);
const char *effect_method_name(enum effect_method method);

/* Answers of this method have what this kind changes; kinds that change no
 * answer suit all. */
bool effect_suits(enum effect_kind kind, enum effect_method method);

/*
 * Replaces *message by what the effect makes of it. STATUS_INVALID, and no
 * change, for a message that is none.
 */
MUST_USE enum status effect_apply(const struct effect *effect,
    enum effect_method method, struct buf *message);

#endif
