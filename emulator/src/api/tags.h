/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for tags, for CreateKey and TagResource alike. */
#ifndef API_TAGS_H
#define API_TAGS_H

#include "api/call.h"

/*
 * Adds a list of {"TagKey", "TagValue"} (NULL: none) to a key, or answers
 * KMS_ERROR_TAG and says why; the key is then not to be kept.
 */
enum kms_error tags_put(
    struct call *call, const struct json *tags, struct key *key);

#endif
