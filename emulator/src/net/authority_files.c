/* SPDX-License-Identifier: Apache-2.0 */
#include "net/authority_files.h"

#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 64 * 1024 };

/* Says what is wrong with the file; gives `st` back. */
static enum status
complain(
    struct buf *problem, enum status st, const char *path, const char *words)
{
    buf_say(problem, "TLS: %s: %s", path, words);
    return st;
}

static enum status
make_folder(const char *folder, struct buf *problem)
{
    if (mkdir(folder, S_IRWXU) == 0 || errno == EEXIST)
        return STATUS_OK;
    enum status st = status_from_errno(errno);
    return complain(problem, st, folder,
        st == STATUS_NOT_FOUND ? "the folder above it does not exist"
                               : status_text(st));
}

/* Written under a temporary name and linked: a crash leaves no half file, and
 * another's that came first is kept (and then read). */
static enum status
link_file(const char *path, struct span text)
{
    struct buf temporary = { 0 };
    enum status st = buf_printf(&temporary, "%s.%ld", path, (long)getpid());
    if (st == STATUS_OK)
        st = file_replace(buf_text(&temporary), S_IRUSR | S_IWUSR, text);
    if (st == STATUS_OK) {
        if (link(buf_text(&temporary), path) != 0 && errno != EEXIST)
            st = status_from_errno(errno);
        (void)unlink(buf_text(&temporary));
    }
    buf_reset(&temporary);
    return st == STATUS_OK ? file_sync_entry(path) : st;
}

static enum status
create(const char *path, struct buf *problem)
{
    struct net_authority *made = NULL;
    struct buf text = { 0 };
    enum status st = net_authority_new(&made);
    if (st == STATUS_OK)
        st = net_authority_print(made, true, &text);
    if (st == STATUS_OK)
        st = link_file(path, buf_span(&text));
    net_authority_free(made);
    buf_reset(&text);
    return st == STATUS_OK ? st : complain(problem, st, path, status_text(st));
}

static enum status
load(const char *path, struct buf *problem, struct net_authority **out)
{
    struct buf text = { 0 };
    enum status st = file_read(path, FILE_LIMIT, &text);
    if (st == STATUS_OK)
        st = net_authority_parse(buf_span(&text), out);
    buf_reset(&text);
    if (st == STATUS_INVALID)
        return complain(problem, st, path,
            "not the key and certificate of a CA; remove it to have one made");
    if (st == STATUS_TIMEOUT)
        return complain(problem, st, path,
            "the CA has expired; remove it to have a new one made");
    return st == STATUS_OK ? st : complain(problem, st, path, status_text(st));
}

/* Clients may hold it open: it is left alone while it is right. */
static enum status
publish(const struct net_authority *authority, const char *path,
    struct buf *problem)
{
    struct buf wanted = { 0 }, there = { 0 };
    enum status st = net_authority_print(authority, false, &wanted);
    if (st == STATUS_OK &&
        (file_read(path, FILE_LIMIT, &there) != STATUS_OK ||
            !span_equal(buf_span(&wanted), buf_span(&there))))
        st = file_replace(
            path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, buf_span(&wanted));
    buf_reset(&wanted);
    buf_reset(&there);
    return st == STATUS_OK ? st : complain(problem, st, path, status_text(st));
}

enum status
net_authority_open(
    const char *folder, struct buf *problem, struct net_authority **out)
{
    struct buf secret = { 0 }, public = { 0 };
    struct net_authority *found = NULL;
    struct stat info;
    enum status st = make_folder(folder, problem);
    if (st == STATUS_OK)
        st = buf_printf(&secret, "%s/ca-key.pem", folder);
    if (st == STATUS_OK)
        st = buf_printf(&public, "%s/ca.pem", folder);
    if (st == STATUS_OK && stat(buf_text(&secret), &info) != 0 &&
        errno == ENOENT)
        st = create(buf_text(&secret), problem);
    if (st == STATUS_OK)
        st = load(buf_text(&secret), problem, &found);
    if (st == STATUS_OK)
        st = publish(found, buf_text(&public), problem);
    if (st == STATUS_OK) {
        *out = found;
        found = NULL;
    }
    net_authority_free(found);
    buf_reset(&secret);
    buf_reset(&public);
    return st;
}
