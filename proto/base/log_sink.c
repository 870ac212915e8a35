/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log_sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A pipe that is ready takes this much without waiting. */
enum { PIECE_MAX = PIPE_BUF };

/* -1 where it would have to wait, or cannot be written. */
static ssize_t
write_piece(int fd, struct span piece)
{
    ssize_t done = send(fd, piece.ptr, piece.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (done >= 0 || errno != ENOTSOCK)
        return done;
    struct pollfd ready = { .fd = fd, .events = POLLOUT };
    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0)
        return -1;
    return write(fd, piece.ptr, piece.len);
}

size_t
log_sink_write(int fd, struct span line)
{
    size_t written = 0;
    while (written < line.len) {
        ssize_t done =
            write_piece(fd, span_first(span_skip(line, written), PIECE_MAX));
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            break;
        written += (size_t)done;
    }
    return written;
}
