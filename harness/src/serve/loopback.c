/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/loopback.h"

#include "base/num.h"

#include <arpa/inet.h>
#include <strings.h>

enum { HOST_MAX = 64 };

/* Cuts a beginning off, in whatever case it is written. */
static bool
cut_beginning(struct span *text, struct span beginning)
{
    if (text->len < beginning.len ||
        strncasecmp((const char *)text->ptr, (const char *)beginning.ptr,
            beginning.len) != 0)
        return false;
    *text = span_skip(*text, beginning.len);
    return true;
}

/* Nothing, or ":PORT". */
static bool
is_port(struct span text)
{
    int64_t port;

    return text.len == 0 ||
           (text.ptr[0] == ':' && num_parse(span_skip(text, 1), 0, UINT16_MAX,
                                      &port) == STATUS_OK);
}

static bool
is_v4(struct span text)
{
    char name[HOST_MAX + 1];
    struct in_addr address;
    size_t colon = text.len;

    (void)span_find(text, ':', &colon);
    if (colon > HOST_MAX || !is_port(span_skip(text, colon)))
        return false;
    span_to_text(span_first(text, colon), name);
    return inet_pton(AF_INET, name, &address) == 1 &&
           ntohl(address.s_addr) >> 24 == 127;
}

bool
loopback_is_host(struct span host)
{
    /* The dot at its end makes it a full name. */
    const struct span names[] = { SPAN_LITERAL("localhost."),
        SPAN_LITERAL("localhost"), SPAN_LITERAL("[::1]") };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct span rest = host;

        if (cut_beginning(&rest, names[i]) && is_port(rest))
            return true;
    }
    return is_v4(host);
}

bool
loopback_allows(const struct server_request *request)
{
    struct span origin = span_text(server_header(request, "Origin"));

    if (server_header_count(request, "Host") != 1 ||
        !loopback_is_host(span_text(server_header(request, "Host"))))
        return false;
    if (server_header_count(request, "Origin") == 0)
        return true;
    return server_header_count(request, "Origin") == 1 &&
           cut_beginning(&origin, SPAN_LITERAL("http://")) &&
           loopback_is_host(origin);
}
