/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: the flags of kubernetes-sigs/aws-encryption-provider with
 * their meaning, and a few of our own.
 */
#ifndef OPTIONS_OPTIONS_H
#define OPTIONS_OPTIONS_H

#include "base/log.h"
#include "compat/behaviour.h"
#include "options/context.h"
#include "options/text_list.h"
#include "service/service.h"
#include "socket/socket_owner.h"

enum options_lock { OPTIONS_LOCK_AUTO, OPTIONS_LOCK_YES, OPTIONS_LOCK_NO };
enum options_action {
    OPTIONS_RUN,
    OPTIONS_CHECK, /* that the flags are right is all that is wanted */
    OPTIONS_HELP,
    OPTIONS_VERSION,
};

/* Texts are "" where a flag was not given and has no default. */
struct options {
    enum options_action action;
    const struct behaviour *behaviour; /* what --compat chose; never NULL */
    struct text_list keys; /* --key and --listen belong together by index */
    struct text_list listens;
    struct context *contexts; /* one for each key, empty where none was given */
    mode_t socket_mode;       /* 0: by the umask */
    struct socket_owner socket_owner;
    enum options_lock lock_memory;
    bool keep_privileges;
    bool hand_over;
    int64_t stop_timeout_ms;
    struct buf region, kms_endpoint, source_arn;
    struct buf health_port, healthz_path, livez_path, readyz_path;
    enum metrics_version health_version;
    bool health_is_checked; /* false: healthz and livez always answer 200 */
    enum service_status_failure status_failure;
    int64_t health_cache_ms;
    enum identity_mode key_id;
    bool coalesce_decrypts;
    /* How KMS is called; 0 where a flag was not given. */
    int64_t max_attempts, connection_max_age_ms;
    int64_t retry_token_capacity, qps_limit, burst_limit;
    struct text_list failovers; /* REGION or REGION=URL */
    enum log_level log_level;
    enum log_format log_format;
    bool log_sampling;
};

/*
 * Fills *out, which the caller resets. STATUS_INVALID for bad usage, and
 * STATUS_CONFLICT for what was understood and is refused, where --compat tells
 * the two apart: *problem then gets one line for a person, and *out is left
 * empty.
 */
MUST_USE enum status options_parse(
    int argc, char **argv, struct options *out, struct buf *problem);
void options_reset(struct options *options);

/* Appends the text of --help. */
MUST_USE enum status options_help(struct buf *out);

#endif
