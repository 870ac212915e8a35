/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/credentials.h"
#include "kms/credentials_set.h"
#include "kms/shared_files.h"

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
region_of_file(const struct shared_files *shared, size_t file,
    struct buf *region, struct buf *problem)
{
    struct buf text = { 0 }, place = { 0 };
    struct profile profile;
    enum status st = shared_files_read(shared, file, &text, &profile, problem);
    if (st == STATUS_OK && profile.lines[PROFILE_REGION] == 0)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK)
        st = buf_printf(&place, "%s, line %d", buf_text(&shared->paths[file]),
            profile.lines[PROFILE_REGION]);
    if (st == STATUS_OK)
        st = take_region(
            profile.values[PROFILE_REGION], buf_text(&place), region, problem);
    buf_reset(&text);
    buf_reset(&place);
    return st;
}

enum status
credentials_region(struct buf *region, struct buf *problem)
{
    struct shared_files shared = { 0 };
    enum status st = region_of_environment(region, problem);
    if (st != STATUS_NOT_FOUND)
        return st;
    st = shared_files_find(&shared);
    if (st == STATUS_OK)
        st = STATUS_NOT_FOUND;
    for (size_t i = 0; i < SHARED_FILES && st == STATUS_NOT_FOUND; i++)
        st = region_of_file(&shared, i, region, problem);
    if (st == STATUS_NOT_FOUND)
        buf_say(problem,
            "no Region: AWS_REGION is not set, and profile \"%s\" in %s or %s "
            "names none",
            buf_text(&shared.profile), shared_files_path(&shared, 0),
            shared_files_path(&shared, 1));
    shared_files_reset(&shared);
    return st;
}
