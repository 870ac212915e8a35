/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* fgetpwent, fgetgrent */
#include "socket/socket_owner.h"

#include "base/num.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>

enum { MODE_DIGITS_MAX = 4, MODE_MAX = 0777 };

/* -1 is what the system calls "leave it". */
enum { ID_MAX = INT32_MAX };

static enum status
find_user(struct span name, int64_t *id)
{
    FILE *file = fopen("/etc/passwd", "re");
    const struct passwd *entry = NULL;
    if (file == NULL)
        return STATUS_NOT_FOUND;
    while ((entry = fgetpwent(file)) != NULL)
        if (span_equal_text(name, entry->pw_name))
            break;
    if (entry != NULL)
        *id = (int64_t)entry->pw_uid;
    (void)fclose(file);
    return entry == NULL ? STATUS_NOT_FOUND : STATUS_OK;
}

static enum status
find_group(struct span name, int64_t *id)
{
    FILE *file = fopen("/etc/group", "re");
    const struct group *entry = NULL;
    if (file == NULL)
        return STATUS_NOT_FOUND;
    while ((entry = fgetgrent(file)) != NULL)
        if (span_equal_text(name, entry->gr_name))
            break;
    if (entry != NULL)
        *id = (int64_t)entry->gr_gid;
    (void)fclose(file);
    return entry == NULL ? STATUS_NOT_FOUND : STATUS_OK;
}

static enum status
find(struct span text, enum status (*by_name)(struct span, int64_t *),
    int64_t *id)
{
    if (text.len == 0)
        return STATUS_INVALID;
    enum status st = num_parse(text, 0, ID_MAX, id);
    return st == STATUS_INVALID ? by_name(text, id) : st;
}

enum status
socket_owner_parse(struct span text, struct socket_owner *out)
{
    struct span user = text, group = { NULL, 0 };
    int64_t user_id = -1, group_id = -1;
    bool both = span_cut(text, ':', &user, &group);
    enum status st = find(user, find_user, &user_id);
    if (st == STATUS_OK && both)
        st = find(group, find_group, &group_id);
    if (st == STATUS_OK)
        *out = (struct socket_owner){ true, (uid_t)user_id, (gid_t)group_id };
    return st;
}

enum status
socket_mode_parse(struct span text, mode_t *out)
{
    mode_t mode = 0;
    if (text.len == 0 || text.len > MODE_DIGITS_MAX)
        return STATUS_INVALID;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '7')
            return STATUS_INVALID;
        mode = mode * 8 + (mode_t)(text.ptr[i] - '0');
    }
    if (mode == 0 || mode > MODE_MAX)
        return STATUS_INVALID;
    *out = mode;
    return STATUS_OK;
}
