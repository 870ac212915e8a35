/* SPDX-License-Identifier: Apache-2.0 */
/* What hooks are told about a request: names are resolved, nothing is run. */
#ifndef API_FACTS_H
#define API_FACTS_H

#include "api/call.h"
#include "api/hooks.h"

struct facts {
    struct call *call; /* borrowed */
    struct service_facts told;
    char key_id[KEY_ID_LEN + 1], source_key_id[KEY_ID_LEN + 1];
    char key_arn[KEY_ARN_MAX];
    struct buf caller;
};

/* What cannot be told, for whatever reason, stays empty. */
void facts_init(struct facts *facts, struct call *call,
    const struct service_request *request);
void facts_reset(struct facts *facts);

#endif
