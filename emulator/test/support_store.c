/* SPDX-License-Identifier: Apache-2.0 */
#include "support_store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TRIES = 60 };

char *
support_make_folder(void)
{
    char *folder = strdup("/tmp/kmslab-store.XXXXXX");
    assert_non_null(folder);
    assert_non_null(mkdtemp(folder));
    return folder;
}

void
support_remove_folder(char *folder)
{
    DIR *files = opendir(folder);
    char path[512];
    for (struct dirent *file; files != NULL && (file = readdir(files));) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, file->d_name);
        (void)unlink(path);
    }
    if (files != NULL)
        (void)closedir(files);
    (void)rmdir(folder);
    free(folder);
}

struct store_key
support_key(
    const char *account, const char *region, const char *kind, const char *id)
{
    return (struct store_key){ span_text(account), span_text(region),
        span_text(kind), span_text(id) };
}

struct store_change
support_put(struct store_key key, uint64_t expected_version, const char *value)
{
    return (struct store_change){ key, STORE_PUT, expected_version,
        span_text(value) };
}

struct store_change
support_delete(struct store_key key, uint64_t expected_version)
{
    return (struct store_change){ key, STORE_DELETE, expected_version,
        { NULL, 0 } };
}

enum status
support_commit(
    struct store *store, const struct store_change *changes, size_t count)
{
    enum status st = STATUS_CONFLICT;
    for (int i = 0; i < TRIES && st == STATUS_CONFLICT; i++)
        st = store_commit_wait(store, changes, count);
    return st;
}

uint64_t
support_expect(struct store *store, struct store_key key, const char *value)
{
    struct store_record record = { 0 };
    assert_ok(store_get(store, &key, &record));
    uint64_t version = record.version;
    if (value == NULL) {
        assert_int_equal(version, 0);
        assert_int_equal(record.value.len, 0);
    } else {
        assert_int_not_equal(version, 0);
        assert_span_text(buf_span(&record.value), value);
    }
    store_record_reset(&record);
    return version;
}

void
support_set(struct store *store, struct store_key key, const char *value)
{
    struct store_record record = { 0 };
    assert_ok(store_get(store, &key, &record));
    struct store_change put = support_put(key, record.version, value);
    assert_ok(support_commit(store, &put, 1));
    store_record_reset(&record);
}
