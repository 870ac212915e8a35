/* SPDX-License-Identifier: Apache-2.0 */
#include "compat/behaviour.h"

enum { KIB = 1024, MIB = 1024 * KIB };

static const struct behaviour columns[] = {
    [BEHAVIOUR_NONE] = {
        .region_from_key = true,
        .socket_file_is_checked = true,
        .socket_file_is_renewed = true,
        .call_ms = 10 * 1000,
        .message_max = 64 * KIB, /* annotations alone may have 32 KiB */
    },
    [BEHAVIOUR_AEP] = {
        .key_may_be_missing = true,
        .health_version_may_be_any = true,
        .spare_contexts_are_ignored = true,
        .spare_arguments_are_ignored = true,
        .profile_must_be_there = true,
        .refusals_are_failures = true,
        .health_is_shared = true,
        .status_waits_for_probe = true,
        .status_is_never_an_error = true,
        .call_ms = INT64_C(24) * 3600 * 1000, /* in effect none */
        .decrypts_are_apart = true,
        .codes_are_plain = true,
        .message_max = 4 * MIB,
        .socket_path_is_cleared = true,
        .privileges_are_kept = true,
        .stop_is_unbounded = true,
        .log_is_zap = true,
        .http_takes_any_method = true,
    },
};

const struct behaviour *
behaviour_of(enum behaviour_compat compat)
{
    return &columns[compat];
}
