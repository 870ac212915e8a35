/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The admin listener asks for no credentials: it trusts whoever is on this
 * machine. A browser on this machine also runs pages of strangers, and those
 * may be kept out by what a browser cannot hide: the Host that it was told to
 * connect to (a name that was rebound to 127.0.0.1) and the page's Origin.
 */
#ifndef ADMIN_GUARD_H
#define ADMIN_GUARD_H

#include "api/service.h"

/*
 * True where there is exactly one Host, it names this machine (localhost or a
 * loopback address, any port), and each Origin is http:// such a host.
 */
bool admin_guard_allows(const struct service_request *request);

#endif
