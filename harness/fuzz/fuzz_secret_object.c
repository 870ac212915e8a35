/* SPDX-License-Identifier: Apache-2.0 */
/* What decodes as a Secret keeps its data when it is encoded again. */
#include "fuzz/fuzz.h"
#include "model/secret_object.h"

static void
check_same_data(const struct secret_object *a, const struct secret_object *b)
{
    FUZZ_CHECK(a->data.count == b->data.count);
    for (size_t i = 0; i < a->data.count; i++) {
        struct span value;
        FUZZ_CHECK(
            byte_map_find(&b->data, buf_span(&a->data.items[i].key), &value));
        FUZZ_CHECK(span_equal(value, buf_span(&a->data.items[i].value)));
    }
    FUZZ_CHECK(span_equal(buf_span(&a->name), buf_span(&b->name)));
    FUZZ_CHECK(a->created_s == b->created_s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct secret_object secret = { 0 }, again = { 0 };
    struct buf encoded = { 0 };
    if (secret_object_decode(span_of(bytes, len), &secret) == STATUS_OK) {
        FUZZ_CHECK(secret_object_encode(&secret, &encoded) == STATUS_OK);
        FUZZ_CHECK(
            secret_object_decode(buf_span(&encoded), &again) == STATUS_OK);
        check_same_data(&secret, &again);
    } else {
        FUZZ_CHECK(secret.data.count == 0);
    }
    secret_object_reset(&secret);
    secret_object_reset(&again);
    buf_reset(&encoded);
    return 0;
}
