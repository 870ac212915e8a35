/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the plugin's AWS credentials come from. A source is asked for each
 * request and answers from memory; it renews what it holds when that has
 * changed (files), or ahead of its expiry on a thread of its own (whatever
 * needs the network or a program), and never waits for either. Thread-safe.
 */
#ifndef CREDENTIALS_CREDENTIALS_H
#define CREDENTIALS_CREDENTIALS_H

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

/* What metrics tell of a source. */
struct credentials_facts {
    /* Static, one of: "none", "static", "environment", "profile", "sso",
     * "process", "web-identity", "assume-role", "container", "imds". */
    const char *name;
    bool usable;        /* some are held that are not known to be expired */
    int64_t expires_ms; /* on the wall clock; 0: never, or not known */
    uint64_t refreshes_ok, refreshes_failed; /* fetches, the first counted */
};

/* A source; its maker embeds it and fills in the table. */
struct credentials;

/* There is news: what was STATUS_BUSY is worth asking again. On a thread of
 * the source; must not block. */
typedef void credentials_news_fn(void *context);

struct credentials_ops {
    /*
     * STATUS_NOT_FOUND where the source has none, STATUS_INVALID where it
     * has something that cannot be used; *problem then gets one line for a
     * person that names the variable, or the file and line: no secrets.
     * STATUS_BUSY while the first ones are being fetched and nothing is held
     * yet. Other statuses, with *problem, where nothing could be had.
     */
    enum status (*get)(struct credentials *source, struct credentials_set *out,
        struct buf *problem);
    void (*free)(struct credentials *source);
    /* The rest may be NULL: nothing is ever fetched. */
    void (*watch)(
        struct credentials *source, credentials_news_fn *news, void *context);
    bool (*refused)(
        struct credentials *source, const struct credentials_set *set);
    void (*reload)(struct credentials *source);
    void (*describe)(struct credentials *source, struct credentials_facts *out);
};
struct credentials {
    const struct credentials_ops *ops;
};

/* *out is replaced; the caller resets it. */
MUST_USE enum status credentials_get(struct credentials *source,
    struct credentials_set *out, struct buf *problem);
void credentials_free(struct credentials *source);

/* Names who is told of news; one at a time, NULL: nobody. When it returns, the
 * one before is not told any more. */
void credentials_watch(
    struct credentials *source, credentials_news_fn *news, void *context);

/* AWS said that these are expired or unknown: a source that holds them still
 * fetches others soon. True: they are on their way, and there will be news.
 * Never waits. */
bool credentials_refused(
    struct credentials *source, const struct credentials_set *set);

/* Reads files and tokens anew and fetches others, as at start; what is held
 * stays in use until they are there. Never waits. */
void credentials_reload(struct credentials *source);

void credentials_describe(
    struct credentials *source, struct credentials_facts *out);

/* Fixed ones, copied. */
MUST_USE enum status credentials_static_new(
    const struct sigv4_credentials *from, struct credentials **out);

struct credentials_options {
    struct span region; /* whose STS is asked; empty: the profile's */
};

/*
 * The SDKs' default chain, in the order of aws-sdk-go-v2: keys of the
 * environment (read now and kept), its web identity token, the profile
 * AWS_PROFILE of the shared files, container credentials, the instance's
 * metadata. `options` may be NULL. Fetching starts at once.
 */
MUST_USE enum status credentials_default_new(
    const struct credentials_options *options, struct credentials **out);

/*
 * The URL of KMS as the environment and the profile configure it
 * (AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL, services, endpoint_url), else
 * AWS's own in the Region, with AWS_USE_FIPS_ENDPOINT and
 * AWS_USE_DUALSTACK_ENDPOINT. Sets *url. STATUS_INVALID, and *problem, for
 * settings that are none.
 */
MUST_USE enum status credentials_kms_url(
    struct span region, struct buf *url, struct buf *problem);

/* The same of another Region, where only AWS's own host will do. */
MUST_USE enum status credentials_kms_default_url(
    struct span region, struct buf *url, struct buf *problem);

/* STATUS_NOT_FOUND, and *problem in the SDK's words, where AWS_PROFILE names
 * a profile that is not there. *problem as for get. */
MUST_USE enum status credentials_check_profile(struct buf *problem);

/* The CA bundle that AWS_CA_BUNDLE or the profile's ca_bundle names; *path
 * stays empty where neither does. *problem as for get. */
MUST_USE enum status credentials_ca_file(struct buf *path, struct buf *problem);

/* What AWS_MAX_ATTEMPTS or the profile's max_attempts says, as it stands;
 * *text stays empty where neither does. *problem as for get. */
MUST_USE enum status credentials_max_attempts(
    struct buf *text, struct buf *problem);

/*
 * The Region to use when no flag names one: AWS_REGION, AWS_DEFAULT_REGION,
 * or `region` of the profile in the shared files. Sets *region. Statuses and
 * *problem as for get.
 */
MUST_USE enum status credentials_region(
    struct buf *region, struct buf *problem);

/*
 * The Region that the instance's metadata tells. Waits for it, five seconds
 * at most. STATUS_NOT_FOUND where AWS_EC2_METADATA_DISABLED is set,
 * STATUS_UNAVAILABLE where nobody answers; *problem says so.
 */
MUST_USE enum status credentials_region_imds(
    struct buf *region, struct buf *problem);

#endif
