/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/kms_v2_seed.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { SEED_LEN = 32 };

struct kms_v2_seed *
kms_v2_seed_hold(struct kms_v2_seed *seed)
{
    atomic_fetch_add(&seed->holders, 1);
    return seed;
}

void
kms_v2_seed_release(struct kms_v2_seed *seed)
{
    if (seed == NULL || atomic_fetch_sub(&seed->holders, 1) != 1)
        return;
    encrypted_object_reset(&seed->record);
    buf_reset(&seed->uid);
    dek_release(seed->dek);
    free(seed);
}

static enum status
wrap(const struct kms_service_v2 *service, int64_t timeout_ms,
    struct span secret, struct span uid, struct kms_v2_encrypted *reply,
    struct transform_error *error)
{
    struct grpc_error cause = { 0 };
    enum status st = service->encrypt(
        service->context, timeout_ms, secret, uid, reply, &cause);
    if (st != STATUS_OK) {
        transform_error_set_grpc(error, &cause);
        transform_error_wrap(error, "failed to encrypt DEK, error: ");
    }
    grpc_error_reset(&cause);
    return st;
}

/* The rules hold for whole records, so one byte stands in for the data. */
static enum status
check_record(struct encrypted_object *record, struct transform_error *error)
{
    enum status st = buf_append_byte(&record->data, 0);
    if (st == STATUS_OK)
        st = encrypted_object_check(record, error);
    buf_reset(&record->data);
    return st;
}

static enum status
fill_record(struct kms_v2_seed *seed, struct kms_v2_encrypted *reply,
    struct transform_error *error)
{
    seed->record.type = ENCRYPTED_OBJECT_SEED;
    buf_take(&seed->record.source, &reply->ciphertext);
    buf_take(&seed->record.key_id, &reply->key_id);
    byte_map_take(&seed->record.annotations, &reply->annotations);
    enum status st = check_record(&seed->record, error);
    if (st == STATUS_OK)
        st = encrypted_object_digest(&seed->record, seed->digest);
    return st;
}

enum status
kms_v2_seed_generate(const struct kms_service_v2 *service, int64_t timeout_ms,
    const struct random *random, struct span uid, struct kms_v2_seed **out,
    struct transform_error *error)
{
    struct buf secret = { 0 };
    struct kms_v2_encrypted reply = { 0 };
    uint8_t *place;
    struct kms_v2_seed *seed = calloc(1, sizeof(*seed));
    if (seed == NULL)
        return STATUS_NO_MEMORY;
    atomic_init(&seed->holders, 1);

    enum status st = buf_extend(&secret, SEED_LEN, &place);
    if (st == STATUS_OK)
        st = random_fill(random, place, SEED_LEN);
    if (st == STATUS_OK)
        st = wrap(service, timeout_ms, buf_span(&secret), uid, &reply, error);
    if (st == STATUS_OK)
        st = fill_record(seed, &reply, error);
    if (st == STATUS_OK)
        st = buf_append(&seed->uid, uid);
    if (st == STATUS_OK)
        st = dek_new(&cipher_extended_nonce, &secret, &seed->dek);
    if (st == STATUS_OK) {
        *out = seed;
        seed = NULL;
    }
    kms_v2_seed_release(seed);
    kms_v2_encrypted_reset(&reply);
    buf_reset(&secret);
    return st;
}
