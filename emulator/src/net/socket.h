/* SPDX-License-Identifier: Apache-2.0 */
/* What may be done to a TCP connection beside reading and writing. No state. */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <stddef.h>

/*
 * Sends RST now, whoever else holds the descriptor, and drops what was not
 * sent yet. The descriptor stays open and is good for nothing but close.
 */
void net_socket_reset(int fd);

/* Bytes written that the other side's kernel has not taken yet. */
size_t net_socket_unsent(int fd);

#endif
