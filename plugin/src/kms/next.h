/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows when an attempt has ended: the end of the call, the next place,
 * another try with a mistake corrected, or a retry after a pause. Belongs to
 * the loop's thread.
 */
#ifndef KMS_NEXT_H
#define KMS_NEXT_H

#include "kms/client.h"

enum next {
    NEXT_END,
    NEXT_NOW,   /* it may be sent again at once */
    NEXT_LATER, /* after a pause */
    NEXT_NEWS,  /* once there is news of the credentials */
};

/* While the call still holds its transfer. Takes from the lane's bucket, or
 * gives back; sets *until_ms for NEXT_LATER. */
enum next next_of(struct kms_client *client, struct kms_call *call,
    const struct kms_result *result, int64_t *until_ms);

/* The place is to blame, not the caller, the key or the account. */
bool next_blames_place(const struct kms_result *result);

#endif
