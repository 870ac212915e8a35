/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/frame.h"

static const char preface[FRAME_PREFACE_LEN + 1] =
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

void
frame_reader_init(struct frame_reader *reader, bool of_client)
{
    *reader = (struct frame_reader){
        .preface_left = of_client ? FRAME_PREFACE_LEN : 0,
    };
}

static struct span
take(struct span *input, size_t len)
{
    struct span taken = span_first(*input, len);

    *input = span_skip(*input, taken.len);
    return taken;
}

static void
take_preface(
    struct frame_reader *reader, struct span *input, struct frame_piece *piece)
{
    const char *expected = preface + FRAME_PREFACE_LEN - reader->preface_left;

    piece->bytes = take(input, reader->preface_left);
    reader->preface_left -= piece->bytes.len;
    if (memcmp(piece->bytes.ptr, expected, piece->bytes.len) != 0)
        reader->is_opaque = true;
}

static struct frame_head
parse_head(const uint8_t b[FRAME_HEAD_LEN])
{
    return (struct frame_head){
        .length = (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2],
        .type = b[3],
        .flags = b[4],
        .stream = (uint32_t)(b[5] & 0x7f) << 24 | (uint32_t)b[6] << 16 |
                  (uint32_t)b[7] << 8 | b[8],
    };
}

/* A block of headers begins with HEADERS (or PUSH_PROMISE, which gRPC has
 * not) and ends with the flag, on it or on a CONTINUATION. */
static void
begin_frame(struct frame_reader *reader)
{
    reader->head = parse_head(reader->bytes);
    reader->have = 0;
    reader->left = reader->head.length;
    if (reader->head.type == FRAME_HEADERS ||
        reader->head.type == FRAME_CONTINUATION)
        reader->in_block = (reader->head.flags & FRAME_END_HEADERS) == 0;
}

static bool
take_head(
    struct frame_reader *reader, struct span *input, struct frame_piece *piece)
{
    struct span part = take(input, FRAME_HEAD_LEN - reader->have);

    memcpy(reader->bytes + reader->have, part.ptr, part.len);
    reader->have += part.len;
    if (reader->have < FRAME_HEAD_LEN)
        return false;
    begin_frame(reader);
    piece->bytes = span_of(reader->bytes, FRAME_HEAD_LEN);
    piece->begins = true;
    piece->ends = reader->left == 0;
    return true;
}

bool
frame_reader_next(
    struct frame_reader *reader, struct span *input, struct frame_piece *piece)
{
    if (input->len == 0)
        return false;
    *piece = (struct frame_piece){ .begins = false };
    if (reader->is_opaque) {
        piece->bytes = take(input, input->len);
    } else if (reader->preface_left > 0) {
        take_preface(reader, input, piece);
    } else if (reader->left == 0) {
        return take_head(reader, input, piece);
    } else {
        piece->bytes = take(input, reader->left);
        reader->left -= (uint32_t)piece->bytes.len;
        piece->ends = reader->left == 0;
    }
    return true;
}

struct span
frame_reader_rest(const struct frame_reader *reader)
{
    return span_of(reader->bytes, reader->have);
}

bool
frame_reader_at_boundary(const struct frame_reader *reader)
{
    return !reader->is_opaque && reader->preface_left == 0 &&
           reader->left == 0 && !reader->in_block;
}

/* ---- own frames ---------------------------------------------------------- */

static enum status
put_head(struct buf *out, size_t length, enum frame_type type, unsigned flags,
    uint32_t stream)
{
    enum status status =
        buf_append_u32(out, (uint32_t)length << 8 | (uint32_t)type);

    if (status == STATUS_OK)
        status = buf_append_byte(out, (uint8_t)flags);
    if (status == STATUS_OK)
        status = buf_append_u32(out, stream);
    return status;
}

enum status
frame_put_goaway(struct buf *out, uint32_t last_stream, uint32_t code,
    struct span debug_data)
{
    size_t before = out->len;
    enum status status = put_head(out, 8 + debug_data.len, FRAME_GOAWAY, 0, 0);

    if (status == STATUS_OK)
        status = buf_append_u32(out, last_stream & 0x7fffffff);
    if (status == STATUS_OK)
        status = buf_append_u32(out, code);
    if (status == STATUS_OK)
        status = buf_append(out, debug_data);
    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}

enum status
frame_put_rst_stream(struct buf *out, uint32_t stream, uint32_t code)
{
    size_t before = out->len;
    enum status status = put_head(out, 4, FRAME_RST_STREAM, 0, stream);

    if (status == STATUS_OK)
        status = buf_append_u32(out, code);
    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}

enum status
frame_put_end(struct buf *out, uint32_t stream)
{
    size_t before = out->len;
    enum status status = put_head(out, 0, FRAME_DATA, FRAME_END_STREAM, stream);

    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}

enum status
frame_put_trailers(struct buf *out, uint32_t stream)
{
    /* Literal without indexing, new name (RFC 7541, 6.2.2). */
    const struct span block = SPAN_LITERAL("\0\x0bgrpc-status\x01"
                                           "0");
    size_t before = out->len;
    enum status status = put_head(out, block.len, FRAME_HEADERS,
        FRAME_END_STREAM | FRAME_END_HEADERS, stream);

    if (status == STATUS_OK)
        status = buf_append(out, block);
    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}
