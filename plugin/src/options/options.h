/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: the flags of kubernetes-sigs/aws-encryption-provider with
 * their meaning, and a few of our own.
 */
#ifndef OPTIONS_OPTIONS_H
#define OPTIONS_OPTIONS_H

#include "base/log.h"
#include "options/context.h"
#include "options/text_list.h"
#include "service/service.h"

enum options_action { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

/* Texts are "" where a flag was not given and has no default. */
struct options {
    enum options_action action;
    struct text_list keys; /* --key and --listen belong together by index */
    struct text_list listens;
    struct context *contexts; /* one for each key, empty where none was given */
    struct buf region, kms_endpoint, source_arn;
    struct buf health_port, healthz_path, livez_path;
    enum metrics_version health_version;
    enum service_status_failure status_failure;
    int64_t health_cache_ms;
    int64_t retry_token_capacity, qps_limit, burst_limit;
    enum log_level log_level;
    enum log_format log_format;
};

/*
 * Fills *out, which the caller resets. STATUS_INVALID for bad input: *problem
 * then gets one line for a person, and *out is left empty.
 */
MUST_USE enum status options_parse(
    int argc, char **argv, struct options *out, struct buf *problem);
void options_reset(struct options *options);

/* Appends the text of --help. */
MUST_USE enum status options_help(struct buf *out);

#endif
