/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever comes leaves as it came, and the frames that are seen in it do not
 * depend on how it was cut. The first byte says which side, and how it is. */
#include "fuzz/fuzz.h"
#include "proxy/frame.h"

enum { WHOLE = 4096 };

struct seen {
    struct buf bytes;
    size_t frames, ends, boundaries;
};

static void
read_part(struct frame_reader *reader, struct span input, struct seen *seen)
{
    struct frame_piece piece;

    while (frame_reader_next(reader, &input, &piece)) {
        FUZZ_CHECK(piece.bytes.len > 0);
        FUZZ_CHECK(!piece.begins || piece.bytes.len == FRAME_HEAD_LEN);
        FUZZ_CHECK(!piece.ends || reader->left == 0);
        FUZZ_CHECK(buf_append(&seen->bytes, piece.bytes) == STATUS_OK);
        seen->frames += piece.begins;
        seen->ends += piece.ends;
        seen->boundaries += piece.ends && frame_reader_at_boundary(reader);
    }
    FUZZ_CHECK(input.len == 0);
}

static void
read_all(bool of_client, struct span input, size_t step, struct seen *seen)
{
    struct frame_reader reader;

    frame_reader_init(&reader, of_client);
    while (input.len > 0) {
        read_part(&reader, span_first(input, step), seen);
        input = span_skip(input, step);
    }
    FUZZ_CHECK(
        buf_append(&seen->bytes, frame_reader_rest(&reader)) == STATUS_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct seen whole = { 0 }, cut = { 0 };
    struct span input = span_skip(span_of(bytes, len), 1);
    bool of_client = len > 0 && (bytes[0] & 1) != 0;
    size_t step = len > 0 ? 1 + bytes[0] / 2 : 1;

    read_all(of_client, input, WHOLE, &whole);
    read_all(of_client, input, step, &cut);
    FUZZ_CHECK(span_equal(buf_span(&whole.bytes), input));
    FUZZ_CHECK(span_equal(buf_span(&cut.bytes), input));
    FUZZ_CHECK(whole.frames == cut.frames && whole.ends == cut.ends &&
               whole.boundaries == cut.boundaries);
    buf_reset(&whole.bytes);
    buf_reset(&cut.bytes);
    return 0;
}
