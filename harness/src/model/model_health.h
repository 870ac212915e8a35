/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_MODEL_HEALTH_H
#define MODEL_MODEL_HEALTH_H

#include "model/model.h"

/*
 * GET of "/livez", "/healthz", "/readyz", or one check of them, such as
 * "/readyz/kms-providers": answer->message is the body, code 200, 404 or 500.
 */
MUST_USE enum status model_health(
    struct model *model, const char *path, struct model_answer *answer);

#endif
