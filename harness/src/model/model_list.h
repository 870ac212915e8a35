/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_MODEL_LIST_H
#define MODEL_MODEL_LIST_H

#include "model/model.h"

/*
 * Lists a resource of a namespace (NULL: of all). `visit` gets each object's
 * etcd key and bytes; the first that cannot be read makes the answer its
 * error, after which nothing was visited.
 */
typedef enum status model_visit_fn(
    void *context, struct span etcd_key, struct span bytes);
MUST_USE enum status model_list(struct model *model, const char *resource,
    const char *namespace, model_visit_fn *visit, void *context,
    struct model_answer *answer);

#endif
