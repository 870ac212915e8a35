/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/guard.h"

#include "net/address.h"

#include <strings.h>

static bool
is_header(const struct sigv4_header *header, const char *name)
{
    return header->name.len == strlen(name) &&
           strncasecmp(
               (const char *)header->name.ptr, name, header->name.len) == 0;
}

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

/* "localhost", perhaps with the dot of a full name, or a loopback address, with
 * or without a port. */
static bool
is_this_machine(struct span host)
{
    enum { HOST_MAX = 64 };
    static const char any_port[] = ":0";
    struct span rest = host;
    if (cut_beginning(&rest, SPAN_LITERAL("localhost"))) {
        (void)cut_beginning(&rest, SPAN_LITERAL("."));
        return rest.len == 0 || rest.ptr[0] == ':';
    }
    struct net_address address;
    if (net_address_parse(host, &address) == STATUS_OK)
        return net_address_is_loopback(&address);
    char with_port[HOST_MAX + sizeof(any_port)];
    if (host.len == 0 || host.len > HOST_MAX)
        return false;
    memcpy(with_port, host.ptr, host.len);
    memcpy(with_port + host.len, any_port, sizeof(any_port));
    return net_address_parse(span_text(with_port), &address) == STATUS_OK &&
           net_address_is_loopback(&address);
}

bool
admin_guard_allows(const struct service_request *request)
{
    const struct sigv4_request *wire = &request->wire;
    unsigned hosts = 0;
    for (size_t i = 0; i < wire->header_count; i++) {
        const struct sigv4_header *h = &wire->headers[i];
        if (is_header(h, "Host")) {
            hosts++;
            if (!is_this_machine(h->value))
                return false;
        } else if (is_header(h, "Origin")) {
            struct span origin = h->value;
            if (!cut_beginning(&origin, SPAN_LITERAL("http://")) ||
                !is_this_machine(origin))
                return false;
        }
    }
    return hosts == 1;
}
