/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operations that the emulator supports. A row says what an operation
 * needs; that is done once for all, by operation_run, and the function does
 * the rest. No HTTP and no store engine shows in an operation.
 */
#ifndef API_OPERATION_H
#define API_OPERATION_H

#include "api/call.h"
#include "aws/kms_model.h"

/* Sets of key states, as bits. */
enum {
    STATES_ENABLED = 1 << KEY_STATE_ENABLED,
    STATES_PENDING_DELETION = 1 << KEY_STATE_PENDING_DELETION,
    STATES_LIVE = STATES_ENABLED | 1 << KEY_STATE_DISABLED,
    STATES_ANY = STATES_LIVE | STATES_PENDING_DELETION,
};

typedef enum kms_error operation_fn(struct call *call);

struct operation {
    enum kms_operation_id id;
    operation_fn *run;
    const char *key_member; /* names the key it works on; NULL: none, or it
                               is optional and the function's own doing */
    unsigned states;        /* in which that key must be */
    bool by_alias;          /* it may be named by an alias */
    bool changes;           /* records: the key is read from the store itself
                               and its lease may be changed */
};

/* NULL for an operation that is not supported. */
const struct operation *operation_find(enum kms_operation_id id);

/*
 * Finds the key, checks its state, runs the operation and heeds DryRun. On
 * KMS_ERROR_NONE the call's batch is to be committed and its answer to be
 * sent (but call->due: then it is to run again, on what was committed); else
 * nothing is to be changed and its message goes with the error.
 */
enum kms_error operation_run(struct call *call);

/* The operations, by family. */
operation_fn aliases_create, aliases_delete, aliases_list, aliases_update;
operation_fn crypt_decrypt, crypt_encrypt, crypt_re_encrypt;
operation_fn datakeys_generate, datakeys_generate_without_plaintext,
    datakeys_random;
operation_fn keys_create, keys_describe, keys_list, keys_update_description;
operation_fn lifecycle_cancel_deletion, lifecycle_disable, lifecycle_enable,
    lifecycle_schedule_deletion;
operation_fn policies_get, policies_list, policies_put;
operation_fn rotations_demand, rotations_disable, rotations_enable,
    rotations_list, rotations_status;
operation_fn tags_add, tags_list, tags_remove;

#endif
