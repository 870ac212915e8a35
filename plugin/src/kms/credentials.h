/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the plugin's AWS credentials come from. A source is asked for each
 * request and answers from memory; it renews what it holds when that has
 * changed (files) and never waits for the network. Thread-safe.
 */
#ifndef KMS_CREDENTIALS_H
#define KMS_CREDENTIALS_H

#include "aws/sigv4.h"
#include "base/buf.h"

/* Wiped on reset. */
struct credentials_set {
    struct buf access_key_id;
    struct buf secret_access_key;
    struct buf session_token; /* empty when none */
};
void credentials_set_reset(struct credentials_set *set);
MUST_USE enum status credentials_set_copy(
    const struct credentials_set *from, struct credentials_set *to);

/* Borrows. */
struct sigv4_credentials credentials_set_view(
    const struct credentials_set *set);

/* A source; its maker embeds it and fills in the table. */
struct credentials;
struct credentials_ops {
    /*
     * STATUS_NOT_FOUND where the source has none, STATUS_INVALID where it
     * has something that cannot be used; *problem then gets one line for a
     * person that names the variable, or the file and line: no secrets.
     * Other statuses, with *problem, where a file could not be read.
     */
    enum status (*get)(struct credentials *source, struct credentials_set *out,
        struct buf *problem);
    void (*free)(struct credentials *source);
};
struct credentials {
    const struct credentials_ops *ops;
};

/* *out is replaced; the caller resets it. */
MUST_USE enum status credentials_get(struct credentials *source,
    struct credentials_set *out, struct buf *problem);
void credentials_free(struct credentials *source);

/* Fixed ones, copied. */
MUST_USE enum status credentials_static_new(
    const struct sigv4_credentials *from, struct credentials **out);

/*
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, read now
 * and kept: a process's environment does not change under it.
 */
MUST_USE enum status credentials_environment_new(struct credentials **out);

/*
 * The shared files: AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials), then
 * AWS_CONFIG_FILE (~/.aws/config), for the profile AWS_PROFILE ("default").
 * Read again when their size, inode or time of change is another.
 */
MUST_USE enum status credentials_files_new(struct credentials **out);

/* The environment, else the shared files: what the plugin uses. */
MUST_USE enum status credentials_default_new(struct credentials **out);

/*
 * The Region to use when no flag names one: AWS_REGION, AWS_DEFAULT_REGION,
 * or `region` of the profile in the shared files. Sets *region. Statuses and
 * *problem as for get.
 */
MUST_USE enum status credentials_region(
    struct buf *region, struct buf *problem);

#endif
