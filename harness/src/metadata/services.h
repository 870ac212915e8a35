/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The services that hand out credentials to what runs on AWS: instance
 * metadata (IMDS), containers, IAM Identity Center (SSO). The credentials are
 * sessions of a role that the emulator's STS made for this one request.
 * Handlers are called from many threads.
 *
 * Sources: Amazon EC2 User Guide, "Access instance metadata" and "Retrieve
 * security credentials"; AWS SDKs and Tools Reference Guide, "Container
 * credential provider"; IAM Identity Center Portal and OIDC API References.
 */
#ifndef METADATA_SERVICES_H
#define METADATA_SERVICES_H

#include "http/sts.h"
#include "metadata/faults.h"
#include "metadata/tokens.h"
#include "serve/server.h"

#define SERVICES_INSTANCE_ID "i-0123456789abcdef0"
#define SERVICES_CLIENT_ID "kmslab"

struct services {                   /* all borrowed */
    struct kms_account account;     /* at the emulator */
    const char *role;               /* its name */
    bool imds_v1;                   /* IMDS answers without a token, too */
    int64_t sso_seconds;            /* that an SSO access token is good for */
    const char *authorization_file; /* what containers must send */
    struct faults *faults;
    struct tokens tokens;
};

/* For server_new; the context is a struct services. */
server_handle_fn services_handle;

/* Appends an SSO access token, or a refresh token. */
MUST_USE enum status services_sso_token(
    const struct services *services, struct buf *out);
MUST_USE enum status services_sso_refresh_token(
    const struct services *services, struct buf *out);

#endif
