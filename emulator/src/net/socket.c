/* SPDX-License-Identifier: Apache-2.0 */
#include "net/socket.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* SO_LINGER would wait for the last close, and another holder's shutdown
 * would send a FIN first; dissolving the association does not. */
void
net_socket_reset(int fd)
{
    const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
    (void)connect(fd, &nobody, sizeof(nobody));
}

size_t
net_socket_unsent(int fd)
{
    int bytes = 0;
    if (ioctl(fd, SIOCOUTQ, &bytes) != 0 || bytes < 0)
        return 0;
    return (size_t)bytes;
}
