/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four ways in which a request names a KMS key, and what key ids and
 * alias names may look like. Nothing is looked up here. Thread-safe.
 */
#ifndef AWS_KEY_REFERENCE_H
#define AWS_KEY_REFERENCE_H

#include "aws/arn.h"

enum {
    KEY_REFERENCE_UUID_LEN = 36,   /* 1234abcd-12ab-34cd-56ef-1234567890ab */
    KEY_REFERENCE_MRK_LEN = 36,    /* "mrk-" and 32 hexadecimal digits */
    KEY_REFERENCE_ALIAS_MAX = 256, /* "alias/" counted */
};

enum key_reference_kind {
    KEY_REFERENCE_INVALID, /* none of the four: "Invalid keyId '…'" */
    KEY_REFERENCE_KEY_ID,
    KEY_REFERENCE_KEY_ARN,
    KEY_REFERENCE_ALIAS_NAME,
    KEY_REFERENCE_ALIAS_ARN,
};

struct key_reference {
    enum key_reference_kind kind;
    struct arn arn;    /* for the two ARN kinds, else empty */
    struct span key;   /* KEY_ID and KEY_ARN: the id, without "key/" */
    struct span alias; /* the two alias kinds: the name with "alias/" */
};

/*
 * Tells which form a KeyId has; the spans borrow from text. An ARN of another
 * service, or with a resource that is neither key nor alias, and an id that is
 * neither a UUID nor a multi-Region id are KEY_REFERENCE_INVALID; arn is then
 * still filled in where the text is an ARN.
 */
struct key_reference key_reference_of(struct span text);

/* A UUID in its 36-character form, or a multi-Region id. Any case. */
bool key_reference_is_key_id(struct span text);

/* "mrk-" and 32 hexadecimal digits. */
bool key_reference_is_multi_region(struct span key_id);

/* What is wrong with the name of an alias to be made, in the order in which
 * AWS looks. */
enum key_reference_alias_fault {
    KEY_REFERENCE_ALIAS_GOOD,
    KEY_REFERENCE_ALIAS_NO_PREFIX, /* does not begin with "alias/" */
    KEY_REFERENCE_ALIAS_RESERVED,  /* begins with "alias/aws/" */
    KEY_REFERENCE_ALIAS_BAD_NAME,  /* nothing after the prefix, bad letters */
};
enum key_reference_alias_fault key_reference_check_alias(struct span alias);

#endif
