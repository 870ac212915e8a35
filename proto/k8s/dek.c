/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/dek.h"

#include <stdatomic.h>
#include <stdlib.h>

struct dek {
    const struct cipher *cipher;
    struct buf secret;
    atomic_size_t holders;
};

enum status
dek_new(const struct cipher *cipher, struct buf *secret, struct dek **out)
{
    struct dek *dek = calloc(1, sizeof(*dek));
    if (dek == NULL)
        return STATUS_NO_MEMORY;
    dek->cipher = cipher;
    buf_take(&dek->secret, secret);
    atomic_init(&dek->holders, 1);
    *out = dek;
    return STATUS_OK;
}

struct dek *
dek_hold(struct dek *dek)
{
    atomic_fetch_add(&dek->holders, 1);
    return dek;
}

void
dek_release(struct dek *dek)
{
    if (dek == NULL || atomic_fetch_sub(&dek->holders, 1) != 1)
        return;
    buf_reset(&dek->secret);
    free(dek);
}

const struct cipher *
dek_cipher(const struct dek *dek)
{
    return dek->cipher;
}

struct span
dek_secret(const struct dek *dek)
{
    return buf_span(&dek->secret);
}
