/* SPDX-License-Identifier: Apache-2.0 */
/* Which names kube-apiserver lets new objects have. Pure. */
#ifndef MODEL_OBJECT_NAME_H
#define MODEL_OBJECT_NAME_H

#include "model/model.h"

/*
 * Whether an object may be created under its name: secrets and configmaps, of
 * whose rule this is sure; others may. STATUS_INVALID with kube-apiserver's
 * words of a 422 appended.
 */
MUST_USE enum status object_name_check(
    const struct model_object *object, struct buf *words);

#endif
