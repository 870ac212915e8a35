/* SPDX-License-Identifier: Apache-2.0 */
/* The first bytes of a ciphertext blob: the same for all of one material. */
#ifndef KEYS_BLOB_HEADER_H
#define KEYS_BLOB_HEADER_H

#include "keys/material.h"

enum {
    BLOB_HEADER_LEN = 124,
    BLOB_HEADER_ID_LEN = 32, /* the material id, raw */
};

/* Writes BLOB_HEADER_LEN bytes. `name` is valid. */
void blob_header_write(
    const struct key_name *name, const uint8_t *id, uint8_t *out);

/*
 * Reads the name (borrowed from `header`) and the place of the raw id.
 * STATUS_INVALID for other bytes than blob_header_write makes.
 */
MUST_USE enum status blob_header_read(
    struct span header, struct key_name *name, const uint8_t **id);

#endif
