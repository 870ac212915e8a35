/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTBED_CLUSTER_MODEL_H
#define TESTBED_CLUSTER_MODEL_H

#include "process/workspace.h"
#include "testbed/cluster.h"

struct cluster_model_options {
    const struct workspace *workspace; /* borrowed; outlives the cluster */
    const char *endpoint;              /* of the plugin */
    bool kms_v1;
    const struct cluster *first; /* one of these, whose store and time it has
                                  * too, and that outlives it; NULL: none */
    int64_t timeout_ms;          /* nominal, of calls to the plugin */
    int64_t scale;
};

/* An apiserver that does not run yet, over an empty store in memory. */
MUST_USE enum status cluster_model_new(
    const struct cluster_model_options *options, struct cluster *out,
    struct buf *problem);

#endif
