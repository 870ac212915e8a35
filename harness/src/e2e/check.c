/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/check.h"

#include "cluster/kube_client.h"
#include "e2e/stored.h"

#include <stdarg.h>
#include <stdio.h>

/* runtime.Unknown in protobuf, as kube-apiserver stores core objects. */
const char check_plain_prefix[] = "k8s";

void
check_note(const char *format, ...)
{
    va_list args;

    fputs("# ", stdout);
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    fputc('\n', stdout);
    (void)fflush(stdout);
}

enum status
check_value_of(const char *name, struct buf *value)
{
    return buf_printf(value, "the secret words of %s", name);
}

enum status
check_create(struct lab *lab, const char *name, struct buf *problem)
{
    struct buf value = { 0 };
    enum status st = check_value_of(name, &value);
    struct kube_secret secret = { name, CHECK_DATA_KEY, buf_span(&value) };

    if (st == STATUS_OK)
        st = kube_secret_create(lab_kube(lab), &secret, problem);
    if (st == STATUS_OK)
        check_note("Secret %s written", name);
    buf_reset(&value);
    return st;
}

enum status
check_reads(struct lab *lab, const char *name, struct buf *problem)
{
    struct buf expected = { 0 }, got = { 0 };
    enum status st = check_value_of(name, &expected);

    if (st == STATUS_OK)
        st = kube_secret_read(
            lab_kube(lab), name, CHECK_DATA_KEY, &got, problem);
    if (st == STATUS_OK && !span_equal(buf_span(&got), buf_span(&expected))) {
        buf_say(problem, "Secret %s reads back with another value", name);
        st = STATUS_CORRUPT;
    }
    if (st == STATUS_OK)
        check_note("Secret %s reads back", name);
    buf_reset(&expected);
    buf_reset(&got);
    return st;
}

static enum status
compare_stored(struct span stored, struct span value, const char *name,
    const char *prefix, struct buf *problem)
{
    size_t at;
    bool plain = prefix == check_plain_prefix;

    if (!span_starts_with(stored, span_text(prefix))) {
        buf_say(problem, "etcd's value of %s starts with \"%.*s\", not \"%s\"",
            name, SPAN_ARG(span_first(stored, 24)), prefix);
        return STATUS_CORRUPT;
    }
    if (span_search(stored, value, &at) != plain) {
        buf_say(problem, "etcd's value of %s %s its plaintext", name,
            plain ? "does not hold" : "holds");
        return STATUS_CORRUPT;
    }
    check_note("etcd holds %s as \"%s\" and %zu bytes, %s", name, prefix,
        stored.len, plain ? "in plain" : "the plaintext nowhere in it");
    return STATUS_OK;
}

enum status
check_stored(
    struct lab *lab, const char *name, const char *prefix, struct buf *problem)
{
    struct buf stored = { 0 }, value = { 0 };
    enum status st = check_value_of(name, &value);

    if (st == STATUS_OK)
        st = stored_get(lab, name, &stored, problem);
    if (st == STATUS_OK)
        st = compare_stored(
            buf_span(&stored), buf_span(&value), name, prefix, problem);
    buf_reset(&stored);
    buf_reset(&value);
    return st;
}

enum status
check_rewrite(
    struct lab *lab, const char *name, bool expected, struct buf *problem)
{
    bool rewritten = false;
    enum status st =
        kube_secret_replace(lab_kube(lab), name, &rewritten, problem);

    if (st != STATUS_OK)
        return st;
    if (rewritten != expected) {
        buf_say(problem, "replacing %s by itself %s it, but it was%s stale",
            name, rewritten ? "rewrote" : "did not rewrite",
            expected ? "" : " not");
        return STATUS_CORRUPT;
    }
    check_note("Secret %s replaced by itself: %s", name,
        rewritten ? "rewritten, it was stale" : "not rewritten, it is current");
    return STATUS_OK;
}
