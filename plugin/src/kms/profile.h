/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One profile out of a shared AWS file, as the AWS SDKs read it: sections
 * [default], [profile NAME] (config) or [NAME] (credentials), "key = value",
 * comments from '#' or ';' at a line's start or behind a blank, deeper
 * indented lines belong to the value before them and are skipped. Pure.
 */
#ifndef KMS_PROFILE_H
#define KMS_PROFILE_H

#include "base/buf.h"

enum profile_file { PROFILE_FILE_CREDENTIALS, PROFILE_FILE_CONFIG };

enum profile_key {
    PROFILE_ACCESS_KEY_ID,
    PROFILE_SECRET_ACCESS_KEY,
    PROFILE_SESSION_TOKEN,
    PROFILE_REGION,
    PROFILE_FIRST_UNSUPPORTED, /* these ask for another kind of source */
    PROFILE_CREDENTIAL_PROCESS = PROFILE_FIRST_UNSUPPORTED,
    PROFILE_CREDENTIAL_SOURCE,
    PROFILE_ROLE_ARN,
    PROFILE_SSO_SESSION,
    PROFILE_SSO_START_URL,
    PROFILE_WEB_IDENTITY_TOKEN_FILE,
    PROFILE_KEYS,
};

/* The key's name in the file; static. */
const char *profile_key_name(enum profile_key key);

struct profile {
    bool found;                       /* its section is there */
    struct span values[PROFILE_KEYS]; /* borrow; empty: not there */
    int lines[PROFILE_KEYS];          /* counted from 1; 0: not there */
};

/* What is wrong with a file, and where. */
struct profile_error {
    int line;
    const char *why; /* static */
};

/* STATUS_INVALID, and *error, for a text that is no such file. */
MUST_USE enum status profile_read(struct span text, enum profile_file kind,
    struct span name, struct profile *out, struct profile_error *error);

#endif
