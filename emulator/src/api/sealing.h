/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypting and decrypting blobs with the material of keys, for all the
 * operations that do. Errors are AWS's. */
#ifndef API_SEALING_H
#define API_SEALING_H

#include "api/call.h"

/* Whether the algorithm that a member names is one for symmetric keys. */
enum kms_error sealing_check_algorithm(struct call *call, const char *member);

/* Appends a blob, under the current material of the key and the context that
 * the member of that name holds. */
enum kms_error sealing_encrypt(struct call *call, const struct key *key,
    const char *context_member, struct span plaintext, struct buf *blob);

/* The members of an input that say what is to be decrypted. */
struct sealing_members {
    const char *key_id, *context, *algorithm;
};

/* What came out: the key is held by the lease. */
struct sealing_opened {
    struct lease lease;
    struct buf plaintext;
    char material_id[MATERIAL_ID_LEN + 1];
};
void sealing_opened_reset(struct sealing_opened *opened);

/* Decrypts the input's CiphertextBlob; *opened must be empty. A dry run with
 * DryRunModifiers IGNORE_CIPHERTEXT and a key's name only finds the key and
 * checks it: the plaintext and the material's id stay empty. */
enum kms_error sealing_decrypt(struct call *call,
    const struct sealing_members *members, struct sealing_opened *opened);

#endif
