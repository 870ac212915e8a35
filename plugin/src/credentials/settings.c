/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/credentials.h"
#include "credentials/service_url.h"

enum status
credentials_kms_url(struct span region, struct buf *url, struct buf *problem)
{
    struct shared_files shared = { 0 };
    struct shared_section profile;
    enum status st = shared_files_open(&shared, &profile, problem);
    if (st == STATUS_OK)
        st = service_url_find(SERVICE_KMS, &profile, region, url, problem);
    shared_files_reset(&shared);
    return st;
}

enum status
credentials_kms_default_url(
    struct span region, struct buf *url, struct buf *problem)
{
    struct shared_files shared = { 0 };
    struct shared_section profile;
    enum status st = shared_files_open(&shared, &profile, problem);
    if (st == STATUS_OK)
        st = service_url_default(SERVICE_KMS, &profile, region, url, problem);
    shared_files_reset(&shared);
    return st;
}

enum status
credentials_check_profile(struct buf *problem)
{
    struct shared_files shared = { 0 };
    struct shared_section profile;
    enum status st = shared_files_open(&shared, &profile, problem);
    if (st == STATUS_OK && shared.profile_named && !profile.found) {
        buf_say(problem, "failed to get shared config profile, %s",
            buf_text(&shared.profile));
        st = STATUS_NOT_FOUND;
    }
    shared_files_reset(&shared);
    return st;
}

/* Of the environment, else of the profile. */
static enum status
find_setting(const char *variable, enum profile_key key, struct buf *out,
    struct buf *problem)
{
    struct shared_files shared = { 0 };
    struct shared_section profile;
    enum status st = shared_files_open(&shared, &profile, problem);
    if (st == STATUS_OK)
        st = buf_set(out, shared_section_setting(&profile, variable, key));
    shared_files_reset(&shared);
    return st;
}

enum status
credentials_ca_file(struct buf *path, struct buf *problem)
{
    return find_setting("AWS_CA_BUNDLE", PROFILE_CA_BUNDLE, path, problem);
}

enum status
credentials_max_attempts(struct buf *text, struct buf *problem)
{
    return find_setting(
        "AWS_MAX_ATTEMPTS", PROFILE_MAX_ATTEMPTS, text, problem);
}
