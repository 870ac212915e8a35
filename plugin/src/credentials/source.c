/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/source.h"

#include "base/log.h"
#include "credentials/source_internal.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool
source_has_some(const struct source *s)
{
    return s->held.set.access_key_id.len > 0;
}

bool
source_is_expired(const struct source *s)
{
    return s->held.expires_ms != 0 && !s->keeps &&
           clock_ms(&s->wall_clock) >= s->held.expires_ms;
}

/* ---- files --------------------------------------------------------------- */

/* With the lock held. */
static void
ask_now(struct source *s)
{
    s->schedule.due_ms = 0;
    monitor_signal(&s->monitor);
}

/* Keys that only have to be read are taken at once. With the lock held. */
static enum status
take_plan(struct source *s, struct plan *plan)
{
    s->fetches = plan->kind != PLAN_KEYS || plan->role_count > 0;
    s->facts.name = plan_name(plan);
    if (!s->fetches) {
        s->schedule.due_ms = INT64_MAX;
        s->held.expires_ms = 0;
        return credentials_set_copy(&plan->keys, &s->held.set);
    }
    ask_now(s);
    enum status st = source_thread_start(s);
    return st == STATUS_OK ? STATUS_BUSY : st;
}

/* What is odd with the files as they were loaded. */
static void
warn_of_files(const struct source *s)
{
    if (shared_stamp_is_open(&s->stamp))
        log_event(LOG_WARN,
            "the credentials file can be read by everybody: "
            "chmod 600",
            log_text("path", shared_files_path(&s->shared, 0)));
    for (size_t i = 0; i < SHARED_FILES; i++) {
        const struct shared_flaw *flaw = &s->shared.flaws[i];
        const char *path = shared_files_path(&s->shared, i);
        if (flaw->unread != STATUS_OK)
            log_event(LOG_WARN, "a file of AWS's settings cannot be read",
                log_text("path", path),
                log_text("cause", status_text(flaw->unread)));
        else if (flaw->skipped.line > 0)
            log_event(LOG_WARN, "a line of AWS's settings is skipped",
                log_text("path", path), log_number("line", flaw->skipped.line),
                log_text("cause", flaw->skipped.why));
    }
}

/* With the lock held. */
static void
look_at_files(struct source *s)
{
    struct plan plan = { 0 };
    buf_clear(&s->problem);
    enum status st = shared_files_load(&s->shared, &s->problem);
    if (st == STATUS_OK)
        st = plan_make(&s->shared, buf_span(&s->region), &plan, &s->problem);
    if (st == STATUS_OK)
        st = take_plan(s, &plan);
    s->status = st;
    /* What failed may be mended without a change of what is looked at: a
     * mode, a full table of descriptors. */
    s->looked = st == STATUS_OK || st == STATUS_BUSY;
    plan_reset(&plan);
}

/* Stamps before it reads: a change meanwhile is seen the next time. */
static void
look_if_changed(struct source *s)
{
    struct shared_stamp now;
    shared_files_stamp(&s->shared, &now);
    if (s->looked && shared_stamp_equal(&now, &s->stamp))
        return;
    bool changed = !s->stamped || !shared_stamp_equal(&now, &s->stamp);
    s->stamp = now;
    s->stamped = true;
    look_at_files(s);
    if (changed)
        warn_of_files(s);
}

/* ---- the table ----------------------------------------------------------- */

static enum status
source_get(struct credentials *source, struct credentials_set *out,
    struct buf *problem)
{
    struct source *s = (struct source *)source;
    monitor_lock(&s->monitor);
    look_if_changed(s);
    enum status st = s->status;
    bool usable = source_has_some(s) && !source_is_expired(s);
    if (source_has_some(s) && !usable && !s->fetching &&
        s->schedule.failures == 0)
        ask_now(s);
    if (usable && (st == STATUS_OK || s->fetches))
        st = credentials_set_copy(&s->held.set, out);
    else if (st == STATUS_OK) /* they expired while others are fetched */
        st = STATUS_BUSY;
    else
        buf_say(problem, "%s", buf_text(&s->problem));
    monitor_unlock(&s->monitor);
    return st;
}

static void
source_watch(
    struct credentials *source, credentials_news_fn *news, void *context)
{
    struct source *s = (struct source *)source;
    (void)pthread_mutex_lock(&s->news_lock);
    s->news = news;
    s->news_context = context;
    (void)pthread_mutex_unlock(&s->news_lock);
}

/* A fetch that failed last is not worth waiting for. */
static bool
source_refused(struct credentials *source, const struct credentials_set *set)
{
    struct source *s = (struct source *)source;
    monitor_lock(&s->monitor);
    int64_t now_ms = clock_ms(&s->wall_clock);
    bool held = span_equal(
        buf_span(&set->access_key_id), buf_span(&s->held.set.access_key_id));
    bool fetches = held && s->fetches && s->schedule.failures == 0;
    if (held && !s->fetches)
        s->looked = false;
    if (fetches && !s->fetching && schedule_refused(&s->schedule, now_ms))
        monitor_signal(&s->monitor);
    bool coming = fetches && (s->fetching || s->schedule.due_ms <= now_ms);
    monitor_unlock(&s->monitor);
    return coming;
}

static void
source_reload(struct credentials *source)
{
    struct source *s = (struct source *)source;
    monitor_lock(&s->monitor);
    s->looked = false;
    look_if_changed(s);
    monitor_unlock(&s->monitor);
}

static void
source_describe(struct credentials *source, struct credentials_facts *out)
{
    struct source *s = (struct source *)source;
    monitor_lock(&s->monitor);
    *out = s->facts;
    out->usable = source_has_some(s) && !source_is_expired(s) &&
                  (s->status == STATUS_OK || s->fetches);
    out->expires_ms = s->held.expires_ms;
    monitor_unlock(&s->monitor);
}

void
source_wake(struct credentials *source)
{
    struct source *s = (struct source *)source;
    monitor_lock(&s->monitor);
    monitor_signal(&s->monitor);
    monitor_unlock(&s->monitor);
}

static void
source_free(struct credentials *source)
{
    struct source *s = (struct source *)source;
    source_thread_stop(s);
    (void)close(s->stop_fd);
    shared_files_reset(&s->shared);
    provided_reset(&s->held);
    buf_reset(&s->problem);
    buf_reset(&s->region);
    monitor_reset(&s->monitor);
    (void)pthread_mutex_destroy(&s->news_lock);
    free(s);
}

static const struct credentials_ops source_ops = {
    .get = source_get,
    .free = source_free,
    .watch = source_watch,
    .refused = source_refused,
    .reload = source_reload,
    .describe = source_describe,
};

/* Locks and descriptors, or nothing. */
static enum status
make_locks(struct source *s)
{
    enum status st = monitor_init(&s->monitor);
    if (st != STATUS_OK)
        return st;
    s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->stop_fd >= 0 && pthread_mutex_init(&s->news_lock, NULL) == 0)
        return STATUS_OK;
    if (s->stop_fd >= 0)
        (void)close(s->stop_fd);
    monitor_reset(&s->monitor);
    return STATUS_NO_MEMORY;
}

enum status
source_new(const struct source_options *options, struct credentials **out)
{
    struct source *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return STATUS_NO_MEMORY;
    enum status st = make_locks(s);
    if (st != STATUS_OK) {
        free(s);
        return st;
    }
    s->source.ops = &source_ops;
    s->wall_clock = options->wall_clock;
    s->clock = clock_monotonic();
    s->random = options->random;
    s->fetch = options->fetch;
    s->provider =
        (struct provider){ options->wall_clock, s->stop_fd, options->random };
    s->facts.name = "none";
    s->schedule.due_ms = INT64_MAX;
    st = buf_append(&s->region, options->region);
    if (st == STATUS_OK)
        st = shared_files_find(&s->shared);
    if (st != STATUS_OK) {
        source_free(&s->source);
        return st;
    }
    monitor_lock(&s->monitor);
    look_if_changed(s); /* and fetch while the rest of the plugin starts */
    monitor_unlock(&s->monitor);
    *out = &s->source;
    return STATUS_OK;
}
