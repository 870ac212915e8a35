/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/credentials.h"

#include "credentials/credentials_set.h"
#include "credentials/plan.h"
#include "credentials/source.h"

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

void
credentials_watch(
    struct credentials *source, credentials_news_fn *news, void *context)
{
    if (source->ops->watch != NULL)
        source->ops->watch(source, news, context);
}

bool
credentials_refused(
    struct credentials *source, const struct credentials_set *set)
{
    return source->ops->refused != NULL && source->ops->refused(source, set);
}

void
credentials_reload(struct credentials *source)
{
    if (source->ops->reload != NULL)
        source->ops->reload(source);
}

void
credentials_describe(struct credentials *source, struct credentials_facts *out)
{
    *out = (struct credentials_facts){ .name = "none" };
    if (source->ops->describe != NULL)
        source->ops->describe(source, out);
}

/* One fixed answer, found when the source was made. */
struct fixed {
    struct credentials source;
    const char *name;
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

static void
fixed_describe(struct credentials *source, struct credentials_facts *out)
{
    const struct fixed *fixed = (const struct fixed *)source;
    out->name = fixed->name;
    out->usable = fixed->status == STATUS_OK;
}

static const struct credentials_ops fixed_ops = {
    .get = fixed_get,
    .free = fixed_free,
    .describe = fixed_describe,
};

static struct fixed *
fixed_new(const char *name)
{
    struct fixed *fixed = calloc(1, sizeof(*fixed));
    if (fixed == NULL)
        return NULL;
    fixed->source.ops = &fixed_ops;
    fixed->name = name;
    return fixed;
}

enum status
credentials_static_new(
    const struct sigv4_credentials *from, struct credentials **out)
{
    struct fixed *fixed = fixed_new("static");
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

/* A process's environment does not change under it: STATUS_NOT_FOUND, and no
 * source, where it has no keys. */
static enum status
environment_new(struct credentials **out)
{
    struct fixed *fixed = fixed_new("environment");
    if (fixed == NULL)
        return STATUS_NO_MEMORY;
    fixed->status = plan_read_environment(&fixed->set, &fixed->problem);
    if (fixed->status == STATUS_NOT_FOUND) {
        fixed_free(&fixed->source);
        return STATUS_NOT_FOUND;
    }
    *out = &fixed->source;
    return STATUS_OK;
}

enum status
credentials_default_new(
    const struct credentials_options *options, struct credentials **out)
{
    const struct source_options source = {
        .region = options == NULL ? (struct span){ NULL, 0 } : options->region,
        .wall_clock = clock_wall(),
        .random = random_system(),
        .fetch = provider_run,
    };
    enum status st = environment_new(out);
    return st == STATUS_NOT_FOUND ? source_new(&source, out) : st;
}
