/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ciphers that Kubernetes seals with, behind one table: bytes in, bytes
 * out, no prefixes. `read` and `write` append, and leave their output as it
 * was when they fail. Pure functions: free for all threads.
 */
#ifndef K8S_CIPHER_H
#define K8S_CIPHER_H

#include "base/random.h"
#include "k8s/transformer.h"

struct cipher {
    enum status (*read)(struct span secret, struct span etcd_key,
        struct span sealed, struct buf *plain, struct transform_error *error);
    enum status (*write)(struct span secret, const struct random *random,
        struct span etcd_key, struct span plain, struct buf *sealed,
        struct transform_error *error);
};

/* Passes bytes through; refuses to read what starts with "k8s:enc:". */
extern const struct cipher cipher_identity;

/* IV(16) and AES-CBC with PKCS#7. No authentication, so no AAD. */
extern const struct cipher cipher_aes_cbc;

/* nonce(12), AES-GCM, tag(16); the AAD is the etcd key. */
extern const struct cipher cipher_aes_gcm;

/* nonce(24) and an XSalsa20-Poly1305 box; no AAD. */
extern const struct cipher cipher_secretbox;

/*
 * What KMS v2 has written since Kubernetes 1.29: info(32), nonce(12),
 * AES-256-GCM, tag(16), under HKDF-Expand-SHA256(seed, info). The secret is
 * the seed, at least 32 bytes; the AAD is the etcd key.
 */
extern const struct cipher cipher_extended_nonce;

enum {
    CIPHER_CBC_IV = 16,
    CIPHER_GCM_NONCE = 12,
    CIPHER_GCM_TAG = 16,
    CIPHER_SECRETBOX_NONCE = 24,
    CIPHER_SECRETBOX_TAG = 16,
    CIPHER_INFO = 32,
    CIPHER_SEED_MIN = 32,
};

/*
 * A cipher bound to its key, for the lists of keys of static providers. The
 * secret is borrowed.
 */
struct cipher_key {
    const struct cipher *cipher;
    struct span secret;
    struct random random;
};

/* Valid as long as *key. */
struct transformer cipher_transformer(struct cipher_key *key);

#endif
