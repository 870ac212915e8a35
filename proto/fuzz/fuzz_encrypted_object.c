/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What decodes keeps its meaning when it is encoded and decoded again; what
 * the rules allow has a digest.
 */
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "k8s/encrypted_object.h"

static bool
same(const struct encrypted_object *a, const struct encrypted_object *b)
{
    if (a->annotations.count != b->annotations.count)
        return false;
    for (size_t i = 0; i < a->annotations.count; i++) {
        const struct byte_map_item *x = &a->annotations.items[i];
        const struct byte_map_item *y = &b->annotations.items[i];
        if (!span_equal(buf_span(&x->key), buf_span(&y->key)) ||
            !span_equal(buf_span(&x->value), buf_span(&y->value)))
            return false;
    }
    return a->type == b->type &&
           span_equal(buf_span(&a->data), buf_span(&b->data)) &&
           span_equal(buf_span(&a->key_id), buf_span(&b->key_id)) &&
           span_equal(buf_span(&a->source), buf_span(&b->source));
}

static void
check_allowed(const struct encrypted_object *o)
{
    uint8_t digest[ENCRYPTED_OBJECT_DIGEST];
    FUZZ_CHECK(o->data.len > 0);
    FUZZ_CHECK(
        o->source.len > 0 && o->source.len <= ENCRYPTED_OBJECT_SOURCE_MAX);
    FUZZ_CHECK(
        o->key_id.len > 0 && o->key_id.len <= ENCRYPTED_OBJECT_KEY_ID_MAX);
    FUZZ_CHECK(encrypted_object_digest(o, digest) == STATUS_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct encrypted_object o = { 0 }, again = { 0 };
    struct transform_error error = { 0 };
    struct buf encoded = { 0 };
    if (encrypted_object_decode(span_of(bytes, len), &o, &error) == STATUS_OK) {
        FUZZ_CHECK(utf8_valid(buf_span(&o.key_id)));
        FUZZ_CHECK(encrypted_object_encode(&o, &encoded) == STATUS_OK);
        FUZZ_CHECK(encrypted_object_decode(
                       buf_span(&encoded), &again, &error) == STATUS_OK);
        FUZZ_CHECK(same(&o, &again));
        if (encrypted_object_check(&o, &error) == STATUS_OK)
            check_allowed(&o);
        else
            FUZZ_CHECK(error.text.len > 0);
    } else {
        FUZZ_CHECK(error.text.len > 0 && o.data.len == 0);
    }
    encrypted_object_reset(&o);
    encrypted_object_reset(&again);
    transform_error_reset(&error);
    buf_reset(&encoded);
    return 0;
}
