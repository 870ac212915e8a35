/* SPDX-License-Identifier: Apache-2.0 */
#include "api/metadata.h"

#include "aws/arn.h"

/* {"Arn", "Region"} of the key in a Region. */
static enum status
write_place(struct json_writer *w, const struct key *key, struct span region)
{
    struct buf arn = { 0 };
    enum status status = arn_append_key(
        region, span_text(key->account), span_text(key->id), &arn);
    json_write_object_begin(w);
    json_write_key_string(w, "Arn", buf_span(&arn));
    json_write_key_string(w, "Region", region);
    json_write_object_end(w);
    buf_reset(&arn);
    return status;
}

static enum status
write_regions(struct json_writer *w, const struct key *key)
{
    struct span rest = buf_span(&key->replica_regions);
    json_write_key(w, "MultiRegionConfiguration");
    json_write_object_begin(w);
    json_write_key_text(
        w, "MultiRegionKeyType", key_is_replica(key) ? "REPLICA" : "PRIMARY");
    json_write_key(w, "PrimaryKey");
    enum status status = write_place(w, key, span_text(key->primary_region));
    json_write_key(w, "ReplicaKeys");
    json_write_array_begin(w);
    while (rest.len > 0 && status == STATUS_OK) {
        struct span region = rest, after = { NULL, 0 };
        (void)span_cut(rest, ',', &region, &after);
        status = write_place(w, key, region);
        rest = after;
    }
    json_write_array_end(w);
    json_write_object_end(w);
    return status;
}

enum status
metadata_write(struct json_writer *w, const struct key *key)
{
    enum status status = STATUS_OK;
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
    json_write_key_bool(w, "MultiRegion", key_is_multi_region(key));
    if (key_is_multi_region(key))
        status = write_regions(w, key);
    json_write_key_text(w, "CurrentKeyMaterialId", key->material_id);
    json_write_object_end(w);
    return status;
}
