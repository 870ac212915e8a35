/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/source_internal.h"

#include "base/log.h"

#include <signal.h>
#include <sys/eventfd.h>

/* How long it sleeps before it looks at the wall clock again: that may have
 * been set, or the machine have slept. */
enum { SLEEP_MS = 30 * 1000 };

static double
draw_share(const struct source *s)
{
    uint16_t drawn = 0;
    uint8_t bytes[sizeof(drawn)] = { 0 };
    if (random_fill(&s->random, bytes, sizeof(bytes)) == STATUS_OK)
        drawn = (uint16_t)(bytes[0] << 8 | bytes[1]);
    return (double)drawn / UINT16_MAX;
}

static void
tell_news(struct source *s)
{
    (void)pthread_mutex_lock(&s->news_lock);
    if (s->news != NULL)
        s->news(s->news_context);
    (void)pthread_mutex_unlock(&s->news_lock);
}

/* Once for each change, not for each try. */
static void
log_failure(struct source *s, const struct buf *problem)
{
    bool expired = source_has_some(s) && source_is_expired(s);
    if (s->schedule.failures > 0 && (!expired || s->said_expired))
        return;
    s->said_expired = expired;
    log_event(expired ? LOG_ERROR : LOG_WARN,
        expired              ? "credentials have expired and cannot be fetched"
        : source_has_some(s) ? "credentials cannot be fetched; those held go on"
                             : "credentials cannot be fetched",
        log_text("source", s->facts.name),
        log_text("error", buf_text(problem)));
}

static void
log_success(struct source *s)
{
    s->said_expired = false;
    if (s->schedule.failures > 0)
        log_event(LOG_INFO, "credentials can be fetched again",
            log_text("source", s->facts.name));
}

/* The files may say another thing each time. Without the lock: `shared` is
 * the thread's own. */
static enum status
fetch_all(struct source *s, struct shared_files *shared, struct plan *plan,
    struct provided *out, struct buf *problem)
{
    enum status st = shared_files_load(shared, problem);
    if (st == STATUS_OK)
        st = plan_make(shared, buf_span(&s->region), plan, problem);
    if (st == STATUS_OK)
        st = s->fetch(&s->provider, plan, out, problem);
    if (st != STATUS_OK && problem->len == 0)
        buf_say(problem, "credentials cannot be fetched: %s", status_text(st));
    return st;
}

/* Those of an instance or a container: a service in trouble gives the old ones
 * again, which AWS then takes for longer. */
static bool
outlive_expiry(const struct plan *plan)
{
    return plan->role_count == 0 &&
           (plan->kind == PLAN_IMDS || plan->kind == PLAN_CONTAINER);
}

/* Others that have expired on arrival are none: who asks for them again and
 * again would have them fetched as often. */
static enum status
check_expiry(const struct plan *plan, const struct provided *got,
    int64_t now_ms, struct buf *problem)
{
    if (got->expires_ms == 0 || got->expires_ms > now_ms ||
        outlive_expiry(plan))
        return STATUS_OK;
    buf_say(problem, "those fetched have expired already: is the clock of "
                     "this machine right?");
    return STATUS_UNAVAILABLE;
}

/* With the lock held. */
static void
take_result(struct source *s, enum status st, const struct plan *plan,
    struct provided *got, struct buf *problem)
{
    int64_t now_ms = clock_ms(&s->wall_clock);
    if (st == STATUS_OK)
        st = check_expiry(plan, got, now_ms, problem);
    s->status = st;
    if (st != STATUS_OK) {
        log_failure(s, problem);
        s->facts.refreshes_failed++;
        buf_take(&s->problem, problem);
        schedule_failed(&s->schedule, now_ms, draw_share(s));
        return;
    }
    log_success(s);
    s->facts.refreshes_ok++;
    s->facts.name = plan_name(plan);
    s->keeps = outlive_expiry(plan);
    provided_take(&s->held, got);
    buf_clear(&s->problem);
    schedule_fetched(&s->schedule, now_ms, s->held.expires_ms,
        plan->kind == PLAN_IMDS && plan->role_count == 0, draw_share(s));
}

/* With the lock held, but not while it fetches. */
static void
fetch_once(struct source *s, struct shared_files *shared)
{
    struct plan plan = { 0 };
    struct provided got = { 0 };
    struct buf problem = { 0 };
    s->schedule.due_ms = INT64_MAX;
    s->fetching = true;
    monitor_unlock(&s->monitor);
    enum status st = fetch_all(s, shared, &plan, &got, &problem);
    monitor_lock(&s->monitor);
    s->fetching = false;
    /* Asked for anew meanwhile, or no more wanted at all. */
    bool again = s->schedule.due_ms != INT64_MAX;
    if (!s->stopping && s->fetches) {
        take_result(s, st, &plan, &got, &problem);
        if (again)
            s->schedule.due_ms = 0;
        monitor_unlock(&s->monitor);
        tell_news(s);
        monitor_lock(&s->monitor);
    }
    plan_reset(&plan);
    provided_reset(&got);
    buf_reset(&problem);
}

static void
sleep_a_while(struct source *s)
{
    int64_t left_ms = s->schedule.due_ms == INT64_MAX
                          ? SLEEP_MS
                          : s->schedule.due_ms - clock_ms(&s->wall_clock);
    int64_t until_ms = clock_ms(&s->clock) +
                       (left_ms < SLEEP_MS ? left_ms : (int64_t)SLEEP_MS);
    (void)monitor_wait(
        &s->monitor, s->schedule.due_ms == INT64_MAX ? INT64_MAX : until_ms);
}

static void *
run_thread(void *opaque)
{
    struct source *s = opaque;
    struct shared_files shared = { 0 };
    enum status st = shared_files_find(&shared);
    monitor_lock(&s->monitor);
    if (st != STATUS_OK) {
        s->status = st;
        s->stopping = true;
    }
    while (!s->stopping) {
        if (s->schedule.due_ms <= clock_ms(&s->wall_clock))
            fetch_once(s, &shared);
        else
            sleep_a_while(s);
    }
    monitor_unlock(&s->monitor);
    shared_files_reset(&shared);
    return NULL;
}

/* Signals are for the threads of the program. */
enum status
source_thread_start(struct source *s)
{
    sigset_t all, before;
    if (s->has_thread)
        return STATUS_OK;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&s->thread, NULL, run_thread, s);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    s->has_thread = error == 0;
    return error == 0 ? STATUS_OK : status_from_errno(error);
}

void
source_thread_stop(struct source *s)
{
    monitor_lock(&s->monitor);
    s->stopping = true;
    (void)eventfd_write(s->stop_fd, 1);
    monitor_signal(&s->monitor);
    bool has_thread = s->has_thread;
    monitor_unlock(&s->monitor);
    if (has_thread)
        (void)pthread_join(s->thread, NULL);
}
