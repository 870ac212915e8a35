/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pods of a kind cluster that use a Secret, as a file and in their
 * environment: kubelet reads it through the apiserver. Each runs the image
 * that every node has for its sandboxes. `run` is a word of this run: values
 * of an earlier one's pods do not count.
 */
#ifndef TESTBED_KIND_POD_H
#define TESTBED_KIND_POD_H

#include "engine/engine.h"
#include "testbed/cluster_api.h"

struct kind_pod {
    const struct engine *engine; /* all borrowed */
    const char *node;            /* it runs there */
    const char *run;
    const char *secret; /* its Secret's name; the pod is "uses-NAME" */
};

/* Asks the apiserver for it; kubelet starts it once it has the Secret. On
 * failure of the harness a line in *problem. */
MUST_USE enum status kind_pod_create(const struct kind_pod *pod,
    const struct cluster_api *api, struct cluster_answer *answer,
    struct buf *problem);

/* Appends the value that the pod's process sees now, in its file or in its
 * environment. STATUS_NOT_FOUND where it does not run. */
MUST_USE enum status kind_pod_value(const struct kind_pod *pod,
    bool environment, struct buf *value, struct buf *problem);

/* Appends the pod as JSON. */
MUST_USE enum status kind_pod_write(
    const struct kind_pod *pod, const char *image, struct buf *json);

#endif
