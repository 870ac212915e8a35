/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/root_key.h"

#include "base/encode.h"
#include "base/file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 4096 };

/* Says what is wrong with the file; gives `st` back. */
static enum status
complain(
    struct buf *problem, enum status st, const char *path, const char *words)
{
    buf_say(problem, "root key file %s: %s", path, words);
    return st;
}

static enum status
check_file(const char *path, struct buf *problem)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return complain(problem, status_from_errno(errno), path,
            status_text(status_from_errno(errno)));
    if (!S_ISREG(info.st_mode))
        return complain(problem, STATUS_INVALID, path, "not a regular file");
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return complain(problem, STATUS_DENIED, path,
            "group or others may use it; make its mode 0600");
    return STATUS_OK;
}

static enum status
read_key(const char *path, struct buf *key, struct buf *problem)
{
    struct buf text = { 0 }, bytes = { 0 };
    enum status st = check_file(path, problem);
    if (st != STATUS_OK)
        return st;
    st = file_read(path, FILE_LIMIT, &text);
    if (st == STATUS_OK)
        st = hex_decode(span_trim(buf_span(&text)), &bytes);
    if (st == STATUS_TOO_LARGE ||
        (st == STATUS_OK && bytes.len != ROOT_KEY_LEN))
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        buf_take(key, &bytes);
    else
        st = complain(problem, st, path,
            st == STATUS_INVALID ? "must hold 64 hexadecimal digits"
                                 : status_text(st));
    buf_reset(&text);
    buf_reset(&bytes);
    return st;
}

/* The text of a new key. */
static enum status
draw_key(const struct random *random, struct buf *text)
{
    uint8_t key[ROOT_KEY_LEN];
    enum status st = random_fill(random, key, sizeof(key));
    if (st == STATUS_OK)
        st = hex_encode(span_of(key, sizeof(key)), text);
    if (st == STATUS_OK)
        st = buf_append_text(text, "\n");
    OPENSSL_cleanse(key, sizeof(key));
    return st;
}

/*
 * Written under a temporary name and linked, so that a crash leaves no half
 * key, and another's key that came first is kept (and then read).
 */
static enum status
link_file(const char *path, const char *temporary, struct span text)
{
    enum status st = file_replace(temporary, S_IRUSR | S_IWUSR, text);
    if (st == STATUS_OK && link(temporary, path) != 0 && errno != EEXIST)
        st = status_from_errno(errno);
    (void)unlink(temporary);
    /* Durable before the store is: no sealed key may outlive its root. */
    return st == STATUS_OK ? file_sync_entry(path) : st;
}

static enum status
create_key(const char *path, const struct random *random, struct buf *problem)
{
    struct buf text = { 0 }, temporary = { 0 };
    enum status st = draw_key(random, &text);
    if (st == STATUS_OK)
        st = buf_printf(&temporary, "%s.%ld", path, (long)getpid());
    if (st == STATUS_OK)
        st = link_file(path, buf_text(&temporary), buf_span(&text));
    if (st != STATUS_OK)
        st = complain(problem, st, path, status_text(st));
    buf_reset(&text);
    buf_reset(&temporary);
    return st;
}

enum status
root_key_load(const char *path, bool create, const struct random *random,
    struct buf *key, struct buf *problem)
{
    struct stat info;
    bool missing = stat(path, &info) != 0 && errno == ENOENT;
    if (missing && !create)
        return complain(problem, STATUS_NOT_FOUND, path,
            "missing, and the store holds keys that were sealed under it; "
            "put it back, or start with another store");
    if (missing) {
        enum status st = create_key(path, random, problem);
        if (st != STATUS_OK)
            return st;
    }
    return read_key(path, key, problem);
}
