/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/cipher.h"

static enum status
identity_read(struct span secret, struct span etcd_key, struct span sealed,
    struct buf *plain, struct transform_error *error)
{
    (void)secret;
    (void)etcd_key;
    if (span_starts_with(sealed, SPAN_LITERAL("k8s:enc:"))) {
        transform_error_set(
            error, "identity transformer tried to read encrypted data");
        return STATUS_INVALID;
    }
    return buf_append(plain, sealed);
}

static enum status
identity_write(struct span secret, const struct random *random,
    struct span etcd_key, struct span plain, struct buf *sealed,
    struct transform_error *error)
{
    (void)secret;
    (void)random;
    (void)etcd_key;
    (void)error;
    return buf_append(sealed, plain);
}

const struct cipher cipher_identity = { identity_read, identity_write };

static enum status
read_with_key(void *self, struct span etcd_key, struct span stored,
    struct buf *plain, bool *stale, struct transform_error *error)
{
    const struct cipher_key *key = self;
    enum status st =
        key->cipher->read(key->secret, etcd_key, stored, plain, error);
    if (st == STATUS_OK)
        *stale = false;
    return st;
}

static enum status
write_with_key(void *self, struct span etcd_key, struct span plain,
    struct buf *stored, struct transform_error *error)
{
    const struct cipher_key *key = self;
    return key->cipher->write(
        key->secret, &key->random, etcd_key, plain, stored, error);
}

static const struct transformer_operations operations = {
    .read = read_with_key,
    .write = write_with_key,
};

struct transformer
cipher_transformer(struct cipher_key *key)
{
    return (struct transformer){ &operations, key };
}
