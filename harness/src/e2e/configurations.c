/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixtures/encryption-config: for each NAME.yaml, this kube-apiserver's
 * verdict is the one recorded in NAME.verdict. That our own parser says the
 * same is what the unit tests of k8s/config check, from the same files.
 */
#include "base/file.h"
#include "e2e/check.h"
#include "e2e/scenario.h"

#include <glob.h>
#include <string.h>

#define FOLDER "fixtures/encryption-config"

enum { VERDICT_MAX = 64 * 1024 };

/* Appends words with every `path` in them cut to its last part. */
static enum status
append_with_short_names(struct span words, const char *path, struct buf *out)
{
    const char *base = strrchr(path, '/') + 1;
    size_t at;
    enum status st = STATUS_OK;

    while (st == STATUS_OK && span_search(words, span_text(path), &at)) {
        st = buf_append(out, span_first(words, at));
        if (st == STATUS_OK)
            st = buf_append_text(out, base);
        words = span_skip(words, at + strlen(path));
    }
    return st == STATUS_OK ? buf_append(out, words) : st;
}

/* Appends the verdict of this kube-apiserver. */
static enum status
ask(struct lab *lab, const char *path, const char *name, struct buf *verdict,
    struct buf *problem)
{
    struct buf words = { 0 };
    bool kms_v1 = strstr(name, "kmsv1") != NULL;
    enum status st = lab_try_configuration(lab, path, name, kms_v1, &words);

    if (st == STATUS_OK)
        st = buf_append_text(verdict, "accepted");
    else if (st == STATUS_DENIED)
        st = append_with_short_names(buf_span(&words), path, verdict);
    else
        buf_say(problem, "%s: %s", name, buf_text(&words));
    buf_reset(&words);
    return st;
}

/* Reads the recorded verdict, without its last newline. */
static enum status
recorded(const char *name, struct buf *verdict, struct buf *problem)
{
    struct buf path = { 0 };
    enum status st = buf_printf(&path, FOLDER "/%s.verdict", name);

    if (st == STATUS_OK)
        st = file_read(buf_text(&path), VERDICT_MAX, verdict);
    if (st == STATUS_OK && verdict->len > 0)
        buf_truncate(verdict, verdict->len - 1);
    if (st != STATUS_OK)
        buf_say(
            problem, "cannot read %s: %s", buf_text(&path), status_text(st));
    buf_reset(&path);
    return st;
}

static enum status
compare_one(struct lab *lab, const char *path, struct buf *problem)
{
    struct buf name = { 0 }, expected = { 0 }, got = { 0 };
    const char *base = strrchr(path, '/') + 1;
    enum status st =
        buf_append(&name, span_of(base, strlen(base) - strlen(".yaml")));

    if (st == STATUS_OK)
        st = recorded(buf_text(&name), &expected, problem);
    if (st == STATUS_OK)
        st = ask(lab, path, buf_text(&name), &got, problem);
    /* A refusal names the program before the words. */
    if (st == STATUS_OK &&
        !span_ends_with(buf_span(&got), buf_span(&expected))) {
        buf_say(problem, "%s: kube-apiserver says \"%s\", recorded is \"%s\"",
            base, buf_text(&got), buf_text(&expected));
        st = STATUS_CORRUPT;
    }
    if (st == STATUS_OK)
        check_note("%s: %s", buf_text(&name),
            span_equal_text(buf_span(&expected), "accepted")
                ? "accepted"
                : "refused, in the recorded words");
    buf_reset(&name);
    buf_reset(&expected);
    buf_reset(&got);
    return st;
}

enum status
configurations(struct lab *lab, struct buf *problem)
{
    glob_t files = { 0 };
    enum status st = STATUS_OK;

    if (glob(FOLDER "/*.yaml", 0, NULL, &files) != 0) {
        buf_say(problem, "no " FOLDER " here: run from the project's folder");
        return STATUS_NOT_FOUND;
    }
    for (size_t i = 0; i < files.gl_pathc && st == STATUS_OK; i++)
        st = compare_one(lab, files.gl_pathv[i], problem);
    globfree(&files);
    return st;
}
