/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum status
port_find_free(uint16_t *port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(at);
    enum status st = STATUS_OK;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return status_from_errno(errno);
    if (bind(fd, (struct sockaddr *)&at, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        st = status_from_errno(errno);
    else
        *port = ntohs(at.sin_port);
    (void)close(fd);
    return st;
}
