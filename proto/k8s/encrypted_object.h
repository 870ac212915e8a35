/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record that follows "k8s:enc:kms:v2:NAME:" in etcd: its fields, its
 * protobuf form, and kube-apiserver's rules for it, with its words where a
 * rule is broken. Decoding takes any bytes: fields in any order, unknown
 * ones, repeated ones (the last wins).
 *
 * Bytes that no protobuf writer makes may be judged otherwise than by
 * kube-apiserver: groups and known fields of another wire type are refused
 * here and skipped there; a text that a later one replaces must be UTF-8
 * there and need not be here.
 */
#ifndef K8S_ENCRYPTED_OBJECT_H
#define K8S_ENCRYPTED_OBJECT_H

#include "base/byte_map.h"
#include "k8s/transform_error.h"

/* How the unwrapped DEK source seals the data. */
enum encrypted_object_type {
    ENCRYPTED_OBJECT_AES_GCM_KEY = 0, /* a key; written up to 1.28 */
    ENCRYPTED_OBJECT_SEED = 1, /* a seed for HKDF, extended nonce; since 1.29 */
};

enum {
    ENCRYPTED_OBJECT_SOURCE_MAX = 1024,
    ENCRYPTED_OBJECT_KEY_ID_MAX = 1024,
    ENCRYPTED_OBJECT_ANNOTATIONS_MAX = 32 * 1024,
};

struct encrypted_object {
    struct buf data;   /* sealed */
    struct buf key_id; /* UTF-8; may hold a NUL */
    struct buf source; /* the DEK or seed, wrapped by the plugin */
    struct byte_map annotations;
    int32_t type; /* enum encrypted_object_type; a record may hold others */
};

void encrypted_object_reset(struct encrypted_object *object);

/* Replaces *object. STATUS_INVALID for what is no such message. */
MUST_USE enum status encrypted_object_decode(struct span bytes,
    struct encrypted_object *object, struct transform_error *error);

/* Appends. No rule is checked. */
MUST_USE enum status encrypted_object_encode(
    const struct encrypted_object *object, struct buf *out);

/* STATUS_INVALID for the first rule that the object breaks. */
MUST_USE enum status encrypted_object_check(
    const struct encrypted_object *object, struct transform_error *error);

/* The rule for key ids alone: "keyID is empty", "keyID is … bytes, which …". */
MUST_USE enum status encrypted_object_check_key_id(
    struct span key_id, struct transform_error *error);

/*
 * SHA-256 over type, source, key id and annotations: equal for two records
 * exactly when one unwrapping serves both.
 */
enum { ENCRYPTED_OBJECT_DIGEST = 32 };
MUST_USE enum status encrypted_object_digest(
    const struct encrypted_object *object,
    uint8_t digest[ENCRYPTED_OBJECT_DIGEST]);

#endif
