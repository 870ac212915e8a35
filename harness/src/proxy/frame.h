/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One direction of an HTTP/2 connection, cut into frames while it passes (RFC
 * 9113, 3.4 and 4.1), and the few frames that the proxy makes itself. A frame's
 * payload is never collected: its length costs no memory. What is no HTTP/2
 * passes as it is, in pieces without frames.
 */
#ifndef PROXY_FRAME_H
#define PROXY_FRAME_H

#include "base/buf.h"

enum { FRAME_HEAD_LEN = 9, FRAME_PREFACE_LEN = 24 };

enum frame_type {
    FRAME_DATA = 0,
    FRAME_HEADERS = 1,
    FRAME_RST_STREAM = 3,
    FRAME_GOAWAY = 7,
    FRAME_CONTINUATION = 9,
};

enum frame_flag { FRAME_END_STREAM = 1, FRAME_END_HEADERS = 4 };

struct frame_head {
    uint32_t length; /* of the payload */
    uint8_t type, flags;
    uint32_t stream;
};

struct frame_reader {
    size_t preface_left; /* of a client's first bytes */
    bool is_opaque;      /* no HTTP/2: nothing is known any more */
    bool in_block;       /* headers that go on in a CONTINUATION */
    uint8_t bytes[FRAME_HEAD_LEN];
    size_t have; /* bytes of a head that is not whole yet */
    struct frame_head head;
    uint32_t left; /* bytes of the payload that have not come */
};

/* Whole or part of a frame. */
struct frame_piece {
    struct span bytes; /* as they came; borrows from input or reader */
    bool begins;       /* these are a frame's head */
    bool ends;         /* and with these the frame is over */
};

/* A client's connection begins with the preface, a server's does not. */
void frame_reader_init(struct frame_reader *reader, bool of_client);

/*
 * Takes the next piece from *input; reader->head is that of its frame. False
 * once the input is used up: bytes of a head that is not whole are kept and
 * come with the rest of it.
 */
bool frame_reader_next(
    struct frame_reader *reader, struct span *input, struct frame_piece *piece);

/* What is kept of a head that never became whole; borrows. */
struct span frame_reader_rest(const struct frame_reader *reader);

/* Another frame may be put in after what has been given out. */
bool frame_reader_at_boundary(const struct frame_reader *reader);

/* ---- own frames, appended ------------------------------------------------ */

MUST_USE enum status frame_put_goaway(struct buf *out, uint32_t last_stream,
    uint32_t code, struct span debug_data);
MUST_USE enum status frame_put_rst_stream(
    struct buf *out, uint32_t stream, uint32_t code);
/* An empty DATA frame that ends the stream. */
MUST_USE enum status frame_put_end(struct buf *out, uint32_t stream);
/* Trailers that say OK, in HPACK that changes no table. */
MUST_USE enum status frame_put_trailers(struct buf *out, uint32_t stream);

#endif
