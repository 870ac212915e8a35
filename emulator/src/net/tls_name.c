/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls.h"

#include <arpa/inet.h>

enum { DNS_NAME_MAX = 253 };

bool
net_tls_name_valid(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    uint8_t address[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, name, address) == 1 ||
        inet_pton(AF_INET6, name, address) == 1)
        return true;
    size_t len = strlen(name);
    size_t star = strncmp(name, "*.", 2) == 0 ? 2 : 0;
    return len > star && len <= DNS_NAME_MAX && name[star] != '.' &&
           strspn(name + star, allowed) == len - star;
}
