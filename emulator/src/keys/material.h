/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The material of a symmetric key, ready for use: AES-256 with its contexts
 * kept (setting one up costs more than using it). Counted references;
 * immutable, so any thread may use it at any time. Wiped with the last
 * reference.
 */
#ifndef KEYS_MATERIAL_H
#define KEYS_MATERIAL_H

#include "base/buf.h"

enum {
    MATERIAL_KEY_LEN = 32,
    MATERIAL_ID_LEN = 64, /* hexadecimal digits, as AWS's KeyMaterialId */
    KEY_ACCOUNT_LEN = 12,
    KEY_ID_LEN = 36, /* a UUID, or "mrk-" and 32 digits */
    KEY_REGION_MAX = 38,
};

/* Which key: what its ARN says. Borrowed. */
struct key_name {
    struct span account; /* 12 digits */
    struct span region;  /* 1 to KEY_REGION_MAX bytes, no NUL */
    struct span key_id;  /* KEY_ID_LEN bytes */
};

bool material_name_valid(const struct key_name *name);

struct material;

/*
 * `key` (32 bytes) is copied. The id follows from account, key id and key
 * alone: the same material imported again, or in a replica, has the same id.
 * STATUS_INVALID for a name or key out of form.
 */
MUST_USE enum status material_new(
    const struct key_name *name, struct span key, struct material **out);

/* Another reference to the same material; returns it. */
struct material *material_ref(struct material *material);
/* Gives a reference back; NULL is fine. */
void material_unref(struct material *material);

/* 64 lower-case hexadecimal digits, NUL-terminated; lives as long. */
const char *material_id(const struct material *material);

/* For blob.c. Borrowed. */
struct aead *material_aead(struct material *material);
struct span material_blob_header(const struct material *material);

#endif
