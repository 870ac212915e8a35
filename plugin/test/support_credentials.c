/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkdtemp, nftw, environ */
#include "support_credentials.h"

#include "base/file.h"
#include "test/check.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[64];

/* Again from the start after each: the list moves. */
static bool
unset_one(void)
{
    char name[128];
    for (char **entry = environ; *entry != NULL; entry++) {
        size_t len = strcspn(*entry, "=");
        if (strncmp(*entry, "AWS_", 4) != 0 || len >= sizeof(name))
            continue;
        memcpy(name, *entry, len);
        name[len] = 0;
        return unsetenv(name) == 0;
    }
    return false;
}

int
home_set_up(void **state)
{
    (void)state;
    while (unset_one())
        continue;
    (void)snprintf(home, sizeof(home), "/tmp/test_kms_credentials.XXXXXX");
    if (mkdtemp(home) == NULL ||
        setenv("AWS_EC2_METADATA_DISABLED", "true", 1) != 0)
        return -1;
    return setenv("HOME", home, 1);
}

static int
remove_entry(
    const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts;
    (void)kind;
    (void)where;
    return remove(path);
}

int
home_tear_down(void **state)
{
    (void)state;
    return nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *
home_path(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", home, name);
    return path;
}

void
home_write(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof(path), "%s", home_path(name));
    for (char *at = path + strlen(home) + 1; (at = strchr(at, '/')) != NULL;
         at++) {
        *at = 0;
        (void)mkdir(path, 0700);
        *at = '/';
    }
    assert_ok(file_replace(path, 0600, span_text(text)));
}

void
home_write_config(const char *text)
{
    home_write(".aws/config", text);
}

void
home_write_credentials(const char *text)
{
    home_write(".aws/credentials", text);
}

enum status
home_plan(struct plan *plan, struct buf *problem)
{
    struct shared_files shared = { 0 };
    assert_ok(shared_files_find(&shared));
    enum status st = shared_files_load(&shared, problem);
    if (st == STATUS_OK)
        st = plan_make(&shared, SPAN_LITERAL("eu-west-1"), plan, problem);
    shared_files_reset(&shared);
    return st;
}

void
assert_problem(struct buf *problem, const char *words)
{
    if (strstr(buf_text(problem), words) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", buf_text(problem), words);
    assert_null(strstr(buf_text(problem), "hush"));
    assert_null(strchr(buf_text(problem), '\n'));
    buf_reset(problem);
}
