/* SPDX-License-Identifier: Apache-2.0 */
/* How answers describe a key. */
#ifndef API_METADATA_H
#define API_METADATA_H

#include "api/key.h"
#include "base/json_writer.h"

/* The member "KeyMetadata". */
MUST_USE enum status metadata_write(
    struct json_writer *w, const struct key *key);

#endif
