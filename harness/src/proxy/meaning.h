/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule's match and do mean to a proxy, for its table. */
#ifndef PROXY_MEANING_H
#define PROXY_MEANING_H

#include "proxy/kind.h"
#include "proxy/rules.h"

/* Its context begins with a struct rules_options. */
extern const struct fault_meaning meaning_of_proxy;

/* What is known of what may be struck; `call` is for the stage KIND_CALL. */
struct meaning_facts {
    enum kind_stage stage;
    const struct rules_call *call;
};

#endif
