/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes are described, with parts that lie within them; and no cipher
 * that authenticates opens what nobody sealed.
 */
#include "fuzz/fuzz.h"
#include "k8s/cipher.h"
#include "k8s/stored_value.h"

static void
check_parts(const struct stored_value *v, size_t len)
{
    size_t parts = v->info.len + v->nonce.len + v->sealed.len + v->tag.len;
    FUZZ_CHECK(v->prefix.len <= len && v->name.len <= v->prefix.len);
    FUZZ_CHECK(parts <= len && v->wrapped.len <= len);
    FUZZ_CHECK(v->form != STORED_SEALED || v->prefix.len + v->body.len == len);
    FUZZ_CHECK(stored_value_form_name(v->form) != NULL);
}

static void
try_to_open(const struct cipher *cipher, struct span body, bool authentic)
{
    static const uint8_t secret[32] = "a key that nothing was sealed by";
    struct transform_error error = { 0 };
    struct buf plain = { 0 };
    enum status st = cipher->read(span_of(secret, sizeof(secret)),
        SPAN_LITERAL("/registry/secrets/a/b"), body, &plain, &error);
    FUZZ_CHECK(!authentic || st != STATUS_OK);
    FUZZ_CHECK(st == STATUS_OK || (plain.len == 0 && error.text.len > 0));
    transform_error_reset(&error);
    buf_reset(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct stored_value v = { 0 };
    FUZZ_CHECK(stored_value_decode(span_of(bytes, len), &v) == STATUS_OK);
    check_parts(&v, len);
    try_to_open(&cipher_identity, span_of(bytes, len), false);
    try_to_open(&cipher_aes_cbc, v.body, false);
    try_to_open(&cipher_aes_gcm, v.body, true);
    try_to_open(&cipher_secretbox, v.body, true);
    try_to_open(&cipher_extended_nonce, v.body, true);
    stored_value_reset(&v);
    return 0;
}
