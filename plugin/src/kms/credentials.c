/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/credentials.h"

#include "kms/credentials_set.h"

#include <stdlib.h>

enum status
credentials_get(struct credentials *source, struct credentials_set *out,
    struct buf *problem)
{
    return source->ops->get(source, out, problem);
}

void
credentials_free(struct credentials *source)
{
    if (source != NULL)
        source->ops->free(source);
}

/* One fixed answer, found when the source was made. */
struct fixed {
    struct credentials source;
    enum status status;
    struct credentials_set set; /* on STATUS_OK */
    struct buf problem;         /* else */
};

static enum status
fixed_get(struct credentials *source, struct credentials_set *out,
    struct buf *problem)
{
    const struct fixed *fixed = (const struct fixed *)source;
    if (fixed->status != STATUS_OK) {
        buf_say(problem, "%s", buf_text(&fixed->problem));
        return fixed->status;
    }
    return credentials_set_copy(&fixed->set, out);
}

static void
fixed_free(struct credentials *source)
{
    struct fixed *fixed = (struct fixed *)source;
    credentials_set_reset(&fixed->set);
    buf_reset(&fixed->problem);
    free(fixed);
}

static const struct credentials_ops fixed_ops = { fixed_get, fixed_free };

static struct fixed *
fixed_new(void)
{
    struct fixed *fixed = calloc(1, sizeof(*fixed));
    if (fixed != NULL)
        fixed->source.ops = &fixed_ops;
    return fixed;
}

enum status
credentials_static_new(
    const struct sigv4_credentials *from, struct credentials **out)
{
    struct fixed *fixed = fixed_new();
    if (fixed == NULL)
        return STATUS_NO_MEMORY;
    enum status st = credentials_set_make(from, &fixed->set, &fixed->problem);
    if (st != STATUS_OK) {
        fixed_free(&fixed->source);
        return st;
    }
    *out = &fixed->source;
    return STATUS_OK;
}

static enum status
read_environment(struct credentials_set *out, struct buf *problem)
{
    const struct sigv4_credentials from = {
        span_text(getenv("AWS_ACCESS_KEY_ID")),
        span_text(getenv("AWS_SECRET_ACCESS_KEY")),
        span_text(getenv("AWS_SESSION_TOKEN")),
    };
    bool has_key = from.access_key_id.len > 0;
    bool has_secret = from.secret_access_key.len > 0;
    if (!has_key && !has_secret) {
        buf_say(problem, "AWS_ACCESS_KEY_ID is not set");
        return STATUS_NOT_FOUND;
    }
    if (!has_key || !has_secret) {
        buf_say(problem, "AWS_%s is set, but AWS_%s is not",
            has_key ? "ACCESS_KEY_ID" : "SECRET_ACCESS_KEY",
            has_key ? "SECRET_ACCESS_KEY" : "ACCESS_KEY_ID");
        return STATUS_INVALID;
    }
    struct buf what = { 0 };
    enum status st = credentials_set_make(&from, out, &what);
    if (st != STATUS_OK)
        buf_say(problem, "the environment's AWS %s", buf_text(&what));
    buf_reset(&what);
    return st;
}

enum status
credentials_environment_new(struct credentials **out)
{
    struct fixed *fixed = fixed_new();
    if (fixed == NULL)
        return STATUS_NO_MEMORY;
    fixed->status = read_environment(&fixed->set, &fixed->problem);
    *out = &fixed->source;
    return STATUS_OK;
}

/* Asks two sources: the second only where the first has none. */
struct chain {
    struct credentials source;
    struct credentials *first, *second;
};

static enum status
chain_get(struct credentials *source, struct credentials_set *out,
    struct buf *problem)
{
    const struct chain *chain = (const struct chain *)source;
    struct buf first = { 0 }, second = { 0 };
    enum status st = credentials_get(chain->first, out, &first);
    if (st == STATUS_NOT_FOUND)
        st = credentials_get(chain->second, out, &second);
    if (st != STATUS_OK)
        buf_say(problem, "%s%s%s", buf_text(&first), second.len > 0 ? "; " : "",
            buf_text(&second));
    buf_reset(&first);
    buf_reset(&second);
    return st;
}

static void
chain_free(struct credentials *source)
{
    struct chain *chain = (struct chain *)source;
    credentials_free(chain->first);
    credentials_free(chain->second);
    free(chain);
}

static const struct credentials_ops chain_ops = { chain_get, chain_free };

enum status
credentials_default_new(struct credentials **out)
{
    struct chain *chain = calloc(1, sizeof(*chain));
    if (chain == NULL)
        return STATUS_NO_MEMORY;
    chain->source.ops = &chain_ops;
    enum status st = credentials_environment_new(&chain->first);
    if (st == STATUS_OK)
        st = credentials_files_new(&chain->second);
    if (st != STATUS_OK) {
        chain_free(&chain->source);
        return st;
    }
    *out = &chain->source;
    return STATUS_OK;
}
