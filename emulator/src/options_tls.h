/* SPDX-License-Identifier: Apache-2.0 */
/* The options about TLS, a part of struct options. A plain value; its texts
 * are borrowed from argv. */
#ifndef OPTIONS_TLS_H
#define OPTIONS_TLS_H

#include "net/address.h"
#include "net/tls.h"

struct options_tls {
    const char *certificate, *key; /* files; NULL: none */
    bool self_signed;
    const char *folder; /* of the CA; NULL: "tls" in the data folder */
    const char *names[NET_TLS_NAMES_MAX];
    size_t name_count;
    struct net_address listen; /* len 0: TLS is at --listen itself */
};

/* "self-signed" or "self-signed=FOLDER". */
MUST_USE enum status options_tls_source(
    struct options_tls *tls, const char *value);

/* One more name for the certificate. */
MUST_USE enum status options_tls_name(
    struct options_tls *tls, const char *value);

bool options_tls_on(const struct options_tls *tls);

/* What does not go together, as a sentence; NULL where all does. */
const char *options_tls_problem(const struct options_tls *tls, bool memory);

#endif
