/* SPDX-License-Identifier: Apache-2.0 */
/* Making a set out of untrusted texts: what the sources share. */
#ifndef CREDENTIALS_CREDENTIALS_SET_H
#define CREDENTIALS_CREDENTIALS_SET_H

#include "credentials/credentials.h"

/*
 * Copies. STATUS_INVALID where one of them could not stand in a header or a
 * signature; *problem then gets words to go behind the name of the place:
 * "secret access key is empty", and never the value.
 */
MUST_USE enum status credentials_set_make(const struct sigv4_credentials *from,
    struct credentials_set *out, struct buf *problem);

/* Letters, digits and '-', as Regions are named. */
bool credentials_is_region(struct span text);

#endif
