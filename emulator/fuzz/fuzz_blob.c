/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs from clients: parsed within their bytes, decrypted only if genuine. */
#include "fuzz/fuzz.h"
#include "keys/blob.h"

static const uint8_t key[MATERIAL_KEY_LEN] = { 0 };

static struct material *
material(void)
{
    static struct material *made;
    const struct key_name name = { SPAN_LITERAL("111122223333"),
        SPAN_LITERAL("eu-west-1"),
        SPAN_LITERAL("1234abcd-12ab-34cd-56ef-1234567890ab") };
    if (made == NULL)
        FUZZ_CHECK(
            material_new(&name, span_of(key, sizeof(key)), &made) == STATUS_OK);
    return made;
}

static void
check_inside(struct span part, struct span whole)
{
    FUZZ_CHECK(part.ptr >= whole.ptr);
    FUZZ_CHECK(part.ptr + part.len <= whole.ptr + whole.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span whole = span_of(bytes, len);
    struct blob blob;
    struct buf out = { 0 };
    if (blob_parse(whole, &blob) != STATUS_OK)
        return 0;
    check_inside(blob.name.account, whole);
    check_inside(blob.name.region, whole);
    check_inside(blob.name.key_id, whole);
    check_inside(blob.ciphertext, whole);
    check_inside(blob.tag, whole);
    FUZZ_CHECK(material_name_valid(&blob.name));
    FUZZ_CHECK(blob.ciphertext.len + BLOB_OVERHEAD == len);
    enum status st = blob_decrypt(material(), &blob, SPAN_LITERAL(""), &out);
    FUZZ_CHECK(out.len == (st == STATUS_OK ? blob.ciphertext.len : 0));
    buf_reset(&out);
    return 0;
}
