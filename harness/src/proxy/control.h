/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control listener of a proxy, on a port of 127.0.0.1: the paths under
 * /faults that the emulator's admin listener has (docs/FAULTS.md), and GET
 * /calls, which is proxy_report.
 */
#ifndef PROXY_CONTROL_H
#define PROXY_CONTROL_H

#include "proxy/proxy.h"

struct control;

/* Borrows the proxy. Port 0: a free one. STATUS_BUSY where it is in use. */
MUST_USE enum status control_new(
    uint16_t port, struct proxy *proxy, struct control **out);

uint16_t control_port(const struct control *control);

/* Before the proxy is freed. NULL is fine. */
void control_free(struct control *control);

#endif
