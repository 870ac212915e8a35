/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <errno.h>
#include <stddef.h>

const char *
status_text(enum status status)
{
    static const char *const texts[] = {
#define STATUS_TEXT(name, text) [STATUS_##name] = text,
        STATUS_TABLE(STATUS_TEXT)
#undef STATUS_TEXT
    };
    if ((unsigned)status >= ARRAY_LEN(texts))
        return "unknown status";
    return texts[status];
}

enum status
status_from_errno(int error)
{
    static const struct {
        int error;
        enum status status;
    } table[] = {
        { ENOMEM, STATUS_NO_MEMORY },
        { ENOENT, STATUS_NOT_FOUND },
        { ENOTDIR, STATUS_NOT_FOUND },
        { EEXIST, STATUS_EXISTS },
        { EACCES, STATUS_DENIED },
        { EPERM, STATUS_DENIED },
        { EROFS, STATUS_DENIED },
        { EMFILE, STATUS_DESCRIPTORS },
        { ENFILE, STATUS_DESCRIPTORS },
        { ENOSPC, STATUS_FULL },
        { EDQUOT, STATUS_FULL },
        { EADDRINUSE, STATUS_BUSY },
        { EBUSY, STATUS_BUSY },
        { ETIMEDOUT, STATUS_TIMEOUT },
        { ECANCELED, STATUS_CANCELLED },
        { EINVAL, STATUS_INVALID },
        { ENAMETOOLONG, STATUS_TOO_LARGE },
        { EFBIG, STATUS_TOO_LARGE },
        { EISDIR, STATUS_IRREGULAR },
        { ECONNREFUSED, STATUS_UNAVAILABLE },
        { ECONNRESET, STATUS_UNAVAILABLE },
        { EPIPE, STATUS_UNAVAILABLE },
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (table[i].error == error)
            return table[i].status;
    }
    return STATUS_IO;
}
