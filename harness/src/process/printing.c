/* SPDX-License-Identifier: Apache-2.0 */
#include "process/printing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* In single quotes, which only a single quote can end. */
static enum status
quote(const char *value, struct buf *out)
{
    enum status status = buf_append_byte(out, '\'');

    for (const char *c = value; *c != '\0'; c++) {
        if (status == STATUS_OK && *c == '\'')
            status = buf_append_text(out, "'\\''");
        else if (status == STATUS_OK)
            status = buf_append_byte(out, (uint8_t)*c);
    }
    return status == STATUS_OK ? buf_append_byte(out, '\'') : status;
}

enum status
printing_export(const char *name, const char *value, struct buf *out)
{
    enum status status = buf_printf(out, "export %s=", name);

    if (status == STATUS_OK)
        status = quote(value, out);
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}

enum status
printing_word(const char *word, struct buf *out)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "_-./:=@%+,";

    return word[0] != '\0' && word[strspn(word, plain)] == '\0'
               ? buf_append_text(out, word)
               : quote(word, out);
}

/* Of a write that failed, maybe earlier: a pipe tells it for ever. */
static bool
reader_has_left(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO };

    return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

enum status
printing_put(const struct buf *text, struct buf *problem)
{
    if (fputs(buf_text(text), stdout) >= 0 && fflush(stdout) == 0)
        return STATUS_OK;
    enum status st = status_from_errno(errno);

    if (reader_has_left())
        return STATUS_OK;
    buf_say(problem, "standard output: %s", status_text(st));
    return STATUS_IO;
}

int
printing_end(int code)
{
    bool written = fflush(stdout) == 0;
    enum status st = written ? STATUS_IO : status_from_errno(errno);

    if ((written && !ferror(stdout)) || code != 0)
        return code;
    if (!reader_has_left()) {
        fprintf(stderr, "kmslab: standard output: %s\n", status_text(st));
        return EXIT_FAILURE;
    }
    (void)signal(SIGPIPE, SIG_DFL);
    (void)raise(SIGPIPE);
    return code;
}
