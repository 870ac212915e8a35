/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A v1 Secret as kube-apiserver serialises it before sealing: "k8s\0" and a
 * protobuf runtime.Unknown around the object. Fields that are not here are
 * kept in what was decoded only as far as they are unknown: a decoded object
 * is for reading, an encoded one is complete for kube-apiserver.
 */
#ifndef MODEL_SECRET_OBJECT_H
#define MODEL_SECRET_OBJECT_H

#include "base/byte_map.h"

struct secret_object {
    struct buf name;
    struct buf namespace;
    struct buf uid;
    struct buf type;   /* "Opaque" */
    int64_t created_s; /* since the Unix epoch */
    struct byte_map data;
};

void secret_object_reset(struct secret_object *secret);

/* Appends. */
MUST_USE enum status secret_object_encode(
    const struct secret_object *secret, struct buf *out);

/*
 * Replaces *secret. STATUS_INVALID for other bytes, STATUS_UNSUPPORTED for an
 * object of another kind.
 */
MUST_USE enum status secret_object_decode(
    struct span bytes, struct secret_object *secret);

#endif
