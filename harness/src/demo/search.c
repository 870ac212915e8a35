/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/search.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

static enum status
search_file(const char *path, struct span needle, struct search_result *result)
{
    struct buf bytes = { 0 };
    size_t at;
    enum status status = file_read(path, FILE_MAX, &bytes);

    if (status == STATUS_OK) {
        result->files++;
        result->bytes += bytes.len;
        if (span_search(buf_span(&bytes), needle, &at))
            result->hits++;
    }
    buf_reset(&bytes);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status search_open_folder(DIR *folder, const char *path,
    struct span needle, struct search_result *result);

static enum status
search_path(const char *path, struct span needle, struct search_result *result)
{
    struct stat info;
    enum status status = STATUS_OK;
    DIR *folder;

    if (lstat(path, &info) != 0)
        return errno == ENOENT ? STATUS_OK : status_from_errno(errno);
    if (S_ISREG(info.st_mode))
        return search_file(path, needle, result);
    if (!S_ISDIR(info.st_mode))
        return STATUS_OK;
    folder = opendir(path);
    if (folder == NULL)
        return status_from_errno(errno);
    status = search_open_folder(folder, path, needle, result);
    closedir(folder);
    return status;
}

static enum status
search_open_folder(DIR *folder, const char *path, struct span needle,
    struct search_result *result)
{
    enum status status = STATUS_OK;
    const struct dirent *entry;

    while (status == STATUS_OK && (entry = readdir(folder)) != NULL) {
        struct buf inner = { 0 };

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        status = buf_printf(&inner, "%s/%s", path, entry->d_name);
        if (status == STATUS_OK)
            status = search_path(buf_text(&inner), needle, result);
        buf_reset(&inner);
    }
    return status;
}

enum status
search_folder(const char *folder, struct span needle, struct search_result *out)
{
    struct search_result result = { 0 };
    enum status status = search_path(folder, needle, &result);

    if (status == STATUS_OK)
        *out = result;
    return status;
}
