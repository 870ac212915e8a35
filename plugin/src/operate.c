/* SPDX-License-Identifier: Apache-2.0 */
#include "operate.h"

#include "base/clock.h"
#include "daemon/heap.h"
#include "daemon/signals.h"

#include <stdio.h>

enum {
    STEP_MS = 20,             /* between looks while it gets ready */
    TICK_MS = 1000,           /* later */
    HAND_OVER_TICK_MS = 100,  /* where the path may become another's */
    HAND_OVER_MS = 30 * 1000, /* for the keys to become usable */
    LINGER_MS = 300,
    TRIM_MS = 60 * 1000,
    READY_MS = 10 * 1000, /* a key that cannot be used holds READY=1 back for
                           * this long: the socket serves meanwhile */
};

struct operation {
    struct plugin *plugin;
    const struct options *options;
    const struct notify *notify;
    int64_t now_ms, ready_until_ms, watchdog_at_ms, trim_at_ms;
    bool ready; /* and the service manager knows it */
};

static void
announce(const struct plugin *plugin, enum log_format format)
{
    struct buf line = { 0 };
    if (plugin_describe(plugin, &line) != STATUS_OK)
        buf_clear(&line);
    /* Standard output is the log's then. */
    if (format == LOG_ZAP)
        log_event(LOG_INFO, "aws-kms-plugin ready",
            log_span("where", buf_span(&line)));
    else
        (void)printf("aws-kms-plugin %s\n", buf_text(&line));
    (void)fflush(stdout);
    buf_reset(&line);
}

static void
look_whether_ready(struct operation *o)
{
    bool usable = plugin_is_usable(o->plugin);
    if (!usable && o->now_ms < o->ready_until_ms)
        return;
    notify_send(o->notify, "READY=1\nSTATUS=%s",
        usable ? "serving" : "serving, but a key cannot be used: see the log");
    o->ready = true;
}

static void
feed_watchdog(struct operation *o)
{
    if (o->notify->watchdog_ms == 0 || o->now_ms < o->watchdog_at_ms)
        return;
    if (plugin_is_alive(o->plugin, o->notify->watchdog_ms))
        notify_send(o->notify, "WATCHDOG=1");
    o->watchdog_at_ms = o->now_ms + o->notify->watchdog_ms;
}

static void
trim_heap(struct operation *o)
{
    if (o->now_ms < o->trim_at_ms)
        return;
    heap_trim();
    o->trim_at_ms = o->now_ms + TRIM_MS;
}

static void
reload(struct operation *o)
{
    log_message(LOG_INFO, "reading credentials and the CA file anew");
    notify_reloading(o->notify);
    plugin_reload(o->plugin);
    notify_send(o->notify, "READY=1");
}

static void
toggle_debug(const struct options *options)
{
    enum log_level usual =
        options->log_level == LOG_DEBUG ? LOG_INFO : options->log_level;
    bool on = !log_enabled(LOG_DEBUG);
    log_set_level(on ? LOG_DEBUG : usual);
    log_event(LOG_WARN, "debug lines", log_text("are", on ? "on" : "off"));
}

static int
wait_ms(const struct operation *o)
{
    int64_t wait = o->options->hand_over ? HAND_OVER_TICK_MS : TICK_MS;
    int64_t watchdog = o->watchdog_at_ms - o->now_ms;
    if (!o->ready)
        wait = STEP_MS;
    if (o->notify->watchdog_ms > 0 && watchdog < wait)
        wait = watchdog < 0 ? 0 : watchdog;
    return (int)wait;
}

/* Waits for one thing that an operator wants, and does it. False: it is to
 * stop. */
static bool
step(struct operation *o)
{
    struct clock clock = clock_monotonic();
    enum signals_event event = signals_wait(wait_ms(o));
    o->now_ms = clock_ms(&clock);
    if (event == SIGNALS_RELOAD)
        reload(o);
    if (event == SIGNALS_DEBUG)
        toggle_debug(o->options);
    feed_watchdog(o);
    trim_heap(o);
    log_sweep();
    return event != SIGNALS_STOP;
}

/* False: it is to stop, or *problem says why it cannot take over. */
static bool
take_over(struct operation *o, struct buf *problem)
{
    int64_t end_ms = o->now_ms + HAND_OVER_MS;
    while (!plugin_is_usable(o->plugin) && !plugin_is_alone(o->plugin)) {
        if (o->now_ms >= end_ms) {
            buf_say(problem,
                "not taken over: a key could not be used for %d seconds; "
                "the process that listens goes on",
                HAND_OVER_MS / 1000);
            return false;
        }
        if (!step(o))
            return false;
    }
    return plugin_take_over(o->plugin, problem) == STATUS_OK;
}

/* Clients that found our socket before it was replaced may still be on their
 * way into its queue. */
static void
give_way(struct operation *o)
{
    log_message(LOG_INFO, "another process has taken over");
    plugin_give_way(o->plugin);
    int64_t end_ms = o->now_ms + LINGER_MS;
    while (o->now_ms < end_ms && step(o))
        ;
}

static void
serve(struct operation *o)
{
    announce(o->plugin, o->options->log_format);
    /* Without a manager nobody waits to hear of it. */
    o->ready = o->notify->fd < 0;
    o->ready_until_ms = o->now_ms + READY_MS;
    while (step(o)) {
        if (!o->ready)
            look_whether_ready(o);
        if (o->options->hand_over && plugin_is_replaced(o->plugin)) {
            give_way(o);
            return;
        }
        plugin_renew_sockets(o->plugin, o->now_ms);
    }
}

enum status
operate(struct plugin *plugin, const struct options *options,
    const struct notify *notify, struct buf *problem)
{
    struct clock clock = clock_monotonic();
    struct operation o = { .plugin = plugin,
        .options = options,
        .notify = notify,
        .now_ms = clock_ms(&clock) };
    if (!plugin_waits(plugin) || take_over(&o, problem))
        serve(&o);
    log_message(LOG_INFO, "stopping");
    notify_send(notify, "STOPPING=1\nSTATUS=waiting for calls under way");
    return problem->len > 0 ? STATUS_UNAVAILABLE : STATUS_OK;
}
