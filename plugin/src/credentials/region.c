/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/credentials.h"
#include "credentials/credentials_set.h"
#include "credentials/provider.h"

#include <stdlib.h>

static enum status
take_region(
    struct span value, const char *place, struct buf *region, struct buf *why)
{
    if (credentials_is_region(value))
        return buf_set(region, value);
    buf_say(why, "%s: \"%.*s\" is no name of a Region", place, SPAN_ARG(value));
    return STATUS_INVALID;
}

static enum status
region_of_environment(struct buf *region, struct buf *problem)
{
    static const char *const names[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct span value = span_text(getenv(names[i]));
        if (value.len > 0)
            return take_region(value, names[i], region, problem);
    }
    return STATUS_NOT_FOUND;
}

static enum status
region_of_profile(const struct shared_section *profile, struct buf *region,
    struct buf *problem)
{
    struct buf place = { 0 };
    struct span value = shared_section_get(profile, PROFILE_REGION);
    if (value.len == 0)
        return STATUS_NOT_FOUND;
    shared_section_say_place(profile, PROFILE_REGION, &place);
    enum status st = take_region(value, buf_text(&place), region, problem);
    buf_reset(&place);
    return st;
}

static void
say_no_region(const struct shared_files *shared, struct buf *problem)
{
    buf_say(problem, "no Region: AWS_REGION is not set, and profile \"%s\" in ",
        buf_text(&shared->profile));
    shared_files_say(shared, problem);
    buf_say(problem, " names none");
}

enum status
credentials_region(struct buf *region, struct buf *problem)
{
    struct shared_files shared = { 0 };
    struct shared_section profile;
    enum status st = region_of_environment(region, problem);
    if (st != STATUS_NOT_FOUND)
        return st;
    st = shared_files_open(&shared, &profile, problem);
    if (st == STATUS_OK)
        st = region_of_profile(&profile, region, problem);
    if (st == STATUS_NOT_FOUND)
        say_no_region(&shared, problem);
    shared_files_reset(&shared);
    return st;
}

enum status
credentials_region_imds(struct buf *region, struct buf *problem)
{
    struct shared_files shared = { 0 };
    struct shared_section profile;
    struct plan_imds imds = { 0 };
    enum status st = shared_files_open(&shared, &profile, problem);
    if (st == STATUS_OK)
        st = plan_find_imds(&profile, &imds, problem);
    if (st == STATUS_OK)
        st = provider_imds_region(&imds, region, problem);
    buf_reset(&imds.url);
    shared_files_reset(&shared);
    return st;
}
