/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_ETCD_PATH_H
#define MODEL_ETCD_PATH_H

#include "base/buf.h"

/*
 * Appends where kube-apiserver keeps a resource: "/registry/secrets/". The
 * group stands in the path only for custom and aggregated resources; a few
 * core ones have names of their own ("services" are under services/specs).
 */
MUST_USE enum status etcd_path_of_resource(
    struct span resource, struct buf *out);

#endif
