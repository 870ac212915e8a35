/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/log_tail.h"

#include "base/file.h"

enum { LOG_MAX = 64 * 1024 * 1024, LINE_MAX_SAID = 1000 };

void
log_tail_say(const char *path, struct buf *words)
{
    struct buf log = { 0 };

    if (file_read(path, LOG_MAX, &log) == STATUS_OK) {
        struct span text = span_trim(buf_span(&log));
        struct span line = text, before;
        while (span_cut(line, '\n', &before, &line))
            continue;
        if (line.len > 0)
            buf_say(words, "; its log ends in: %.*s",
                SPAN_ARG(span_first(line, LINE_MAX_SAID)));
    }
    buf_reset(&log);
}
