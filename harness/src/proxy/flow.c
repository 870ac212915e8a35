/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/flow.h"

#include <errno.h>
#include <sys/socket.h>

void
flow_init(struct flow *flow, int from, int to, bool of_client)
{
    *flow = (struct flow){ .from = from, .to = to };
    frame_reader_init(&flow->reader, of_client);
}

void
flow_reset(struct flow *flow)
{
    buf_reset(&flow->pending);
    buf_reset(&flow->insert);
}

enum status
flow_pass(struct flow *flow, struct span bytes)
{
    return buf_append(&flow->pending, bytes);
}

enum status
flow_flush_insert(struct flow *flow)
{
    if (flow->insert.len == 0 || !frame_reader_at_boundary(&flow->reader))
        return STATUS_OK;
    enum status status = flow_pass(flow, buf_span(&flow->insert));
    if (status == STATUS_OK)
        buf_clear(&flow->insert);
    return status;
}

/* Once all that came has been written, the end is told, too. */
static void
tell_end(struct flow *flow)
{
    if (!flow->ended || flow->shut || !flow_is_empty(flow))
        return;
    flow->shut = true;
    (void)shutdown(flow->to, SHUT_WR);
}

enum status
flow_write(struct flow *flow)
{
    while (!flow_is_empty(flow)) {
        struct span rest = span_skip(buf_span(&flow->pending), flow->written);
        ssize_t sent =
            send(flow->to, rest.ptr, rest.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return STATUS_OK;
        if (sent < 0)
            return STATUS_IO;
        flow->written += (size_t)sent;
    }
    buf_clear(&flow->pending);
    flow->written = 0;
    tell_end(flow);
    return STATUS_OK;
}
