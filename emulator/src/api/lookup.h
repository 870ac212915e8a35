/* SPDX-License-Identifier: Apache-2.0 */
/* From what a request calls a key to the key, with AWS's words for each way
 * in which there is none. */
#ifndef API_LOOKUP_H
#define API_LOOKUP_H

#include "api/call.h"

/*
 * Finds the key that a KeyId means: an id, a key ARN and, with by_alias, an
 * alias's name or ARN. `fresh` reads it from the store, so that it can be
 * changed and put back; else it may come from the cache. *lease must be
 * empty, and stays so on an error.
 */
enum kms_error lookup_key(struct call *call, struct span key_id, bool by_alias,
    bool fresh, struct lease *lease);

/* The key of that id in the caller's account and Region; KMS_ERROR_NOT_FOUND
 * where there is none, lease->key then stays NULL. */
enum kms_error lookup_id(
    struct call *call, struct span key_id, bool fresh, struct lease *lease);

/* KMS_ERROR_NONE where the key is in one of the states (STATES_…). */
enum kms_error lookup_state(
    struct call *call, const struct key *key, unsigned states);

/* Where an alias's record is, in the caller's account and Region. Borrows. */
struct store_key lookup_alias_record(
    const struct call *call, struct span alias);

/* "Alias ARN is not found." */
enum kms_error lookup_no_alias(struct call *call, struct span alias);

#endif
