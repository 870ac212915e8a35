/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has to be done for credentials, as environment and files say it now:
 * where the first ones come from, and which roles are taken up with them one
 * after the other. The order is that of aws-sdk-go-v2's default chain. Makes
 * no connection and starts no program.
 */
#ifndef CREDENTIALS_PLAN_H
#define CREDENTIALS_PLAN_H

#include "credentials/credentials.h"
#include "credentials/shared_files.h"

enum { PLAN_ROLES_MAX = 8 };

enum plan_kind {
    PLAN_KEYS, /* they are in the plan */
    PLAN_WEB_IDENTITY,
    PLAN_SSO,
    PLAN_PROCESS,
    PLAN_CONTAINER,
    PLAN_IMDS,
};

/* A role to be taken up. */
struct plan_role {
    struct buf arn, session_name, external_id;
    int64_t duration_s; /* 0: STS's default */
    struct buf place;   /* of its ARN: starts the words of a problem */
};

struct plan_sso {
    struct buf session; /* names the token's file; empty in the old form */
    struct buf start_url, region, account_id, role_name;
    struct buf portal_url, oidc_url;
};

struct plan_container {
    struct buf url;
    struct buf token_file; /* read each time; else: */
    struct buf token;
};

struct plan_imds {
    struct buf url;
    bool v1_disabled;
};

struct plan {
    enum plan_kind kind;
    struct buf place; /* starts the words of a problem */
    struct buf tried; /* what was looked at before, for the last message */
    struct credentials_set keys;
    struct buf token_file; /* of web identity; its role: */
    struct plan_role web_role;
    struct plan_sso sso;
    struct buf command;
    struct plan_container container;
    struct plan_imds imds;
    struct buf sts_url, sts_region;         /* where STS is asked */
    struct buf ca_file;                     /* empty: the system's */
    struct plan_role roles[PLAN_ROLES_MAX]; /* in the order of taking up */
    size_t role_count;
};

/*
 * Fills *out, which is empty before and which the caller resets in any case.
 * STATUS_NOT_FOUND where there is nothing to try, STATUS_INVALID where
 * something is set that cannot work; *problem says what and where.
 * `shared` is loaded. `region` is the caller's; it may be empty.
 */
MUST_USE enum status plan_make(const struct shared_files *shared,
    struct span region, struct plan *out, struct buf *problem);
void plan_reset(struct plan *plan);

/* The source's name for credentials_facts. */
const char *plan_name(const struct plan *plan);

/* AWS_ACCESS_KEY_ID and its like; statuses and *problem as for get. */
MUST_USE enum status plan_read_environment(
    struct credentials_set *out, struct buf *problem);

/* The URL of the instance's metadata. STATUS_NOT_FOUND where it is disabled,
 * STATUS_INVALID for a setting that cannot be. */
MUST_USE enum status plan_find_imds(const struct shared_section *profile,
    struct plan_imds *out, struct buf *problem);

#endif
