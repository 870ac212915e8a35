/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The deliberate differences between this plugin and kubernetes-sigs/
 * aws-encryption-provider (AEP), one field each. --compat picks the column;
 * the rest of the plugin reads fields and never asks which one it is. Flags of
 * their own win over it (see options). docs/PLUGIN.md lists the same fields.
 */
#ifndef COMPAT_BEHAVIOUR_H
#define COMPAT_BEHAVIOUR_H

#include "base/span.h"

struct behaviour {
    /* The command line. */
    bool key_may_be_missing;        /* one empty key then, which KMS refuses */
    bool health_version_may_be_any; /* of another nothing is checked: 200 */
    bool spare_contexts_are_ignored;
    bool spare_arguments_are_ignored; /* those that are no flags */
    bool region_from_key;       /* the ARN's, when nothing else names one */
    bool profile_must_be_there; /* the one that is named, or the start fails */
    bool refusals_are_failures; /* exit 1, not 2, of flags that can be read but
                                 * not be used */

    /* Health. */
    bool health_is_shared; /* among all keys and both APIs, good or bad for
                            * 30 s: see health/aep_health.h */
    bool status_waits_for_probe;   /* for as long as the probe may take */
    bool status_is_never_an_error; /* "err" instead */
    bool socket_file_is_checked;   /* by the HTTP health checks */

    /* Calls. */
    int64_t call_ms;         /* deadline for callers that set none */
    bool decrypts_are_apart; /* each of the same bytes is a call to KMS */
    bool codes_are_plain;    /* UNKNOWN, or the context's; the SDK's words */
    size_t message_max;      /* bytes of a gRPC request */

    /* The daemon. */
    bool socket_path_is_cleared; /* whatever lies there is removed */
    bool socket_file_is_renewed; /* when somebody removed it */
    bool privileges_are_kept;    /* once the sockets are bound */
    bool stop_is_unbounded;      /* it waits for calls under way for ever */
    bool log_is_zap;             /* JSON on standard output, as zap has it */
    bool http_takes_any_method;
};

enum behaviour_compat { BEHAVIOUR_NONE, BEHAVIOUR_AEP };

const struct behaviour *behaviour_of(enum behaviour_compat compat);

#endif
