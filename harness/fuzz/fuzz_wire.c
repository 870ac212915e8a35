/* SPDX-License-Identifier: Apache-2.0 */
/* A message is read whole or refused whole; its fields put together are it,
 * and what changes one of them gives a message again. */
#include "fuzz/fuzz.h"
#include "proxy/effect.h"
#include "proxy/wire.h"

enum { NUMBER = 1 };

static enum status
put_together(struct span message, struct buf *out)
{
    struct wire_field field;
    enum status status;

    while ((status = wire_next(&message, &field)) == STATUS_OK) {
        FUZZ_CHECK(field.number > 0 && field.whole.len > 0);
        FUZZ_CHECK(buf_append(out, field.whole) == STATUS_OK);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void
change(struct span message, bool whole)
{
    const struct effect effect = { .kind = EFFECT_CIPHERTEXT,
        .change = EFFECT_FLIP };
    struct buf changed = { 0 };
    struct span value;
    size_t len;

    FUZZ_CHECK(buf_append(&changed, message) == STATUS_OK);
    enum status status =
        effect_apply(&effect, EFFECT_METHOD_V2_ENCRYPT, &changed);
    FUZZ_CHECK((status == STATUS_OK) == whole);
    if (!whole) {
        FUZZ_CHECK(span_equal(buf_span(&changed), message));
    } else {
        FUZZ_CHECK(wire_find(message, NUMBER, &value) == STATUS_OK);
        len = value.len;
        FUZZ_CHECK(wire_find(buf_span(&changed), NUMBER, &value) == STATUS_OK);
        FUZZ_CHECK(value.len == len);
    }
    buf_reset(&changed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span message = span_of(bytes, len);
    struct buf together = { 0 }, without = { 0 };
    bool whole = put_together(message, &together) == STATUS_OK;

    if (whole)
        FUZZ_CHECK(span_equal(buf_span(&together), message));
    FUZZ_CHECK((wire_remove(message, NUMBER, &without) == STATUS_OK) == whole);
    FUZZ_CHECK(whole || without.len == 0);
    change(message, whole);
    buf_reset(&together);
    buf_reset(&without);
    return 0;
}
