/* SPDX-License-Identifier: Apache-2.0 */
#include "api/metadata.h"

void
metadata_write(struct json_writer *w, const struct key *key)
{
    json_write_key(w, "KeyMetadata");
    json_write_object_begin(w);
    json_write_key_text(w, "AWSAccountId", key->account);
    json_write_key_text(w, "KeyId", key->id);
    json_write_key_text(w, "Arn", key->arn);
    json_write_key(w, "CreationDate");
    json_write_timestamp_ms(w, key->created_ms);
    json_write_key_bool(w, "Enabled", key->state == KEY_STATE_ENABLED);
    json_write_key_string(w, "Description", buf_span(&key->description));
    json_write_key_text(w, "KeyUsage", "ENCRYPT_DECRYPT");
    json_write_key_text(w, "KeyState", key_state_text(key->state));
    if (key->state == KEY_STATE_PENDING_DELETION) {
        json_write_key(w, "DeletionDate");
        json_write_timestamp_ms(w, key->deletion_ms);
    }
    json_write_key_text(w, "Origin", "AWS_KMS");
    json_write_key_text(w, "KeyManager", "CUSTOMER");
    json_write_key_text(w, "CustomerMasterKeySpec", "SYMMETRIC_DEFAULT");
    json_write_key_text(w, "KeySpec", "SYMMETRIC_DEFAULT");
    json_write_key(w, "EncryptionAlgorithms");
    json_write_array_begin(w);
    json_write_text(w, "SYMMETRIC_DEFAULT");
    json_write_array_end(w);
    json_write_key_bool(w, "MultiRegion", false);
    json_write_key_text(w, "CurrentKeyMaterialId", key->material_id);
    json_write_object_end(w);
}
