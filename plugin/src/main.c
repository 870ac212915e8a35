/* SPDX-License-Identifier: Apache-2.0 */
#include "base/descriptors.h"
#include "base/harden.h"
#include "base/json.h"
#include "base/version.h"
#include "daemon/heap.h"
#include "daemon/memory_lock.h"
#include "daemon/privileges.h"
#include "daemon/signals.h"
#include "operate.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static void
warn_of_deprecated(const struct options *o)
{
    if (o->qps_limit > 0 || o->burst_limit > 0)
        log_message(LOG_WARN, "--qps-limit and --burst-limit are deprecated: "
                              "use --retry-token-capacity");
}

static int
print_text(enum options_action action)
{
    struct buf text = { 0 };
    enum status st =
        action == OPTIONS_HELP
            ? options_help(&text)
            : buf_printf(&text, "aws-kms-plugin %s\n", project_version);
    bool printed = st == STATUS_OK && fputs(buf_text(&text), stdout) >= 0 &&
                   fflush(stdout) == 0;
    buf_reset(&text);
    return printed ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* One line, whatever was quoted in it. */
static void
complain(struct buf *problem)
{
    for (size_t i = 0; i < problem->len; i++)
        if (problem->ptr[i] < 0x20 || problem->ptr[i] == 0x7f)
            problem->ptr[i] = '?';
    (void)fprintf(stderr, "aws-kms-plugin: %s\n", buf_text(problem));
    buf_reset(problem);
}

static enum status
lock_memory(enum options_lock how, struct buf *problem)
{
    enum status st =
        how == OPTIONS_LOCK_NO ? STATUS_UNSUPPORTED : memory_lock_all();
    if (st != STATUS_OK && how == OPTIONS_LOCK_YES)
        buf_say(problem,
            "--lock-memory=yes: %s: raise RLIMIT_MEMLOCK to unlimited",
            status_text(st));
    return st;
}

static enum status
drop_privileges(const struct options *o, struct buf *problem)
{
    enum status st = o->keep_privileges ? STATUS_OK : privileges_drop();
    if (st != STATUS_OK)
        buf_say(problem, "cannot drop privileges: %s: see --keep-privileges",
            status_text(st));
    return st;
}

/* Rights and locks before there are threads, whose own they are. */
static enum status
start(const struct options *options, const struct notify *notify,
    struct plugin **plugin, struct buf *problem)
{
    struct listeners listeners;
    enum status st = listeners_open(options, &listeners, problem);
    if (st != STATUS_OK)
        return st;
    enum status locked = lock_memory(options->lock_memory, problem);
    if (options->lock_memory == OPTIONS_LOCK_YES)
        st = locked;
    if (st == STATUS_OK)
        st = drop_privileges(options, problem);
    if (st == STATUS_OK)
        st = plugin_start(options, &listeners, (notify->watchdog_ms + 1) / 2,
            plugin, problem);
    listeners_reset(&listeners);
    if (st == STATUS_OK && options->lock_memory != OPTIONS_LOCK_NO)
        log_event(LOG_INFO, "memory",
            log_text("locked", locked == STATUS_OK ? "yes" : "no"),
            log_text("because", status_text(locked)));
    return st;
}

static int
run(const struct options *options)
{
    struct plugin *plugin = NULL;
    struct buf problem = { 0 };
    signals_hold();
    log_init("aws-kms-plugin", options->log_level, options->log_format);
    log_set_sampling(options->log_sampling);
    warn_of_deprecated(options);
    struct notify notify = notify_open();
    enum status st = start(options, &notify, &plugin, &problem);
    if (st != STATUS_OK) {
        notify_send(&notify, "STATUS=%s", buf_text(&problem));
        complain(&problem);
        return st == STATUS_INVALID &&
                       !options->behaviour->refusals_are_failures
                   ? EXIT_USAGE
                   : EXIT_FAILURE;
    }
    buf_reset(&problem); /* of a try on the way */
    enum status operated = operate(plugin, options, &notify, &problem);
    st = plugin_stop(plugin);
    if (operated != STATUS_OK)
        complain(&problem);
    if (st != STATUS_OK)
        log_message(LOG_ERROR, "a call could not be ended");
    log_finish();
    notify_close(&notify);
    if (st == STATUS_OK)
        return operated == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
    _exit(EXIT_FAILURE); /* its thread may still use what exit destroys */
}

int
main(int argc, char **argv)
{
    struct options options = { 0 };
    struct buf problem = { 0 };
    harden_process();
    heap_settle();
    descriptors_raise();
    json_init();
    enum status st = options_parse(argc, argv, &options, &problem);
    if (st != STATUS_OK) {
        complain(&problem);
        return st == STATUS_INVALID ? EXIT_USAGE : EXIT_FAILURE;
    }
    int code = EXIT_SUCCESS;
    if (options.action == OPTIONS_RUN)
        code = run(&options);
    else if (options.action != OPTIONS_CHECK)
        code = print_text(options.action);
    options_reset(&options);
    return code;
}
