/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/message.h"

#include "base/num.h"

#include <errno.h>
#include <strings.h>
#include <sys/socket.h>

enum { PART = 4096 };

static enum status
read_part(int fd, struct buf *to)
{
    uint8_t *place;
    size_t before = to->len;
    enum status st =
        before > MESSAGE_MAX ? STATUS_TOO_LARGE : buf_extend(to, PART, &place);
    if (st != STATUS_OK)
        return st;
    ssize_t got;
    do
        got = recv(fd, place, PART, 0);
    while (got < 0 && errno == EINTR);
    buf_truncate(to, before + (got > 0 ? (size_t)got : 0));
    if (got > 0)
        return STATUS_OK;
    return got == 0 && before == 0 ? STATUS_NOT_FOUND : STATUS_IO;
}

/* The length that a head states; without one there is no body. */
static enum status
body_length(struct span head, size_t *out)
{
    struct span line, name, value;
    int64_t length = 0;
    enum status st = STATUS_OK;
    while (st == STATUS_OK && span_cut(head, '\n', &line, &head))
        if (span_cut(line, ':', &name, &value) && name.len == 14 &&
            strncasecmp((const char *)name.ptr, "content-length", 14) == 0)
            st = num_parse(span_trim(value), 0, MESSAGE_MAX, &length);
    if (st == STATUS_OK)
        *out = (size_t)length;
    return st;
}

enum status
message_read(int fd, struct buf *out)
{
    const struct span end = SPAN_LITERAL("\r\n\r\n");
    size_t at, body = 0;
    enum status st = STATUS_OK;
    buf_clear(out);
    while (st == STATUS_OK && !span_search(buf_span(out), end, &at))
        st = read_part(fd, out);
    if (st == STATUS_OK)
        st = body_length(span_first(buf_span(out), at + end.len), &body);
    while (st == STATUS_OK && out->len < at + end.len + body)
        st = read_part(fd, out);
    if (st == STATUS_OK && out->len > at + end.len + body)
        st = STATUS_INVALID;
    return st;
}

enum status
message_write(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return STATUS_IO;
        bytes = span_skip(bytes, (size_t)sent);
    }
    return STATUS_OK;
}
