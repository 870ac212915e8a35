/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One section out of a shared AWS file, as the AWS SDKs read it: profiles are
 * [default], [profile NAME] (config) or [NAME] (credentials); the config file
 * also has [sso-session NAME] and [services NAME]. In it stand "key = value",
 * comments from '#' or ';' at a line's start or behind a blank; deeper
 * indented lines belong to the value before them: "key = value" again where
 * that is empty, else nothing we read. As in the SDKs a line that is none of
 * these is skipped; so are the settings under a section's header that cannot be
 * read. Pure.
 */
#ifndef CREDENTIALS_PROFILE_H
#define CREDENTIALS_PROFILE_H

#include "base/buf.h"

enum profile_file { PROFILE_FILE_CREDENTIALS, PROFILE_FILE_CONFIG };

enum profile_section {
    PROFILE_SECTION_PROFILE,
    PROFILE_SECTION_SSO_SESSION,
    PROFILE_SECTION_SERVICES,
};

#define PROFILE_KEY_TABLE(X)                                                   \
    X(ACCESS_KEY_ID, "aws_access_key_id")                                      \
    X(SECRET_ACCESS_KEY, "aws_secret_access_key")                              \
    X(SESSION_TOKEN, "aws_session_token")                                      \
    X(REGION, "region")                                                        \
    X(CA_BUNDLE, "ca_bundle")                                                  \
    X(CREDENTIAL_PROCESS, "credential_process")                                \
    X(CREDENTIAL_SOURCE, "credential_source")                                  \
    X(DURATION_SECONDS, "duration_seconds")                                    \
    X(EC2_METADATA_ENDPOINT, "ec2_metadata_service_endpoint")                  \
    X(EC2_METADATA_ENDPOINT_MODE, "ec2_metadata_service_endpoint_mode")        \
    X(EC2_METADATA_V1_DISABLED, "ec2_metadata_v1_disabled")                    \
    X(ENDPOINT_URL, "endpoint_url")                                            \
    X(EXTERNAL_ID, "external_id")                                              \
    X(IGNORE_ENDPOINT_URLS, "ignore_configured_endpoint_urls")                 \
    X(MAX_ATTEMPTS, "max_attempts")                                            \
    X(MFA_SERIAL, "mfa_serial")                                                \
    X(ROLE_ARN, "role_arn")                                                    \
    X(ROLE_SESSION_NAME, "role_session_name")                                  \
    X(SERVICES, "services")                                                    \
    X(SOURCE_PROFILE, "source_profile")                                        \
    X(SSO_ACCOUNT_ID, "sso_account_id")                                        \
    X(SSO_REGION, "sso_region")                                                \
    X(SSO_ROLE_NAME, "sso_role_name")                                          \
    X(SSO_SESSION, "sso_session")                                              \
    X(SSO_START_URL, "sso_start_url")                                          \
    X(STS_REGIONAL_ENDPOINTS, "sts_regional_endpoints")                        \
    X(USE_DUALSTACK_ENDPOINT, "use_dualstack_endpoint")                        \
    X(USE_FIPS_ENDPOINT, "use_fips_endpoint")                                  \
    X(WEB_IDENTITY_TOKEN_FILE, "web_identity_token_file")                      \
    /* Of [services NAME]: the outer key, a dot, the inner one. */             \
    X(KMS_ENDPOINT_URL, "kms.endpoint_url")                                    \
    X(SSO_ENDPOINT_URL, "sso.endpoint_url")                                    \
    X(SSO_OIDC_ENDPOINT_URL, "sso_oidc.endpoint_url")                          \
    X(STS_ENDPOINT_URL, "sts.endpoint_url")

enum profile_key {
#define PROFILE_KEY_NAME(name, text) PROFILE_##name,
    PROFILE_KEY_TABLE(PROFILE_KEY_NAME)
#undef PROFILE_KEY_NAME
        PROFILE_KEYS,
};

/* The key's name in the file; static. */
const char *profile_key_name(enum profile_key key);

struct profile {
    bool found;                       /* its section is there */
    struct span values[PROFILE_KEYS]; /* borrow; empty: not there */
    int lines[PROFILE_KEYS];          /* counted from 1; 0: not there */
};

void profile_read(struct span text, enum profile_file kind,
    enum profile_section section, struct span name, struct profile *out);

/* The first line that is skipped, and why. */
struct profile_flaw {
    int line;        /* 0: none is */
    const char *why; /* static */
};
struct profile_flaw profile_find_flaw(struct span text, enum profile_file kind);

#endif
