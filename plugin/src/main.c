/* SPDX-License-Identifier: Apache-2.0 */
#include "base/descriptors.h"
#include "base/harden.h"
#include "base/json.h"
#include "base/stop.h"
#include "base/version.h"
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static void
warn_of_deprecated(const struct options *o)
{
    if (o->qps_limit > 0 || o->burst_limit > 0)
        log_message(LOG_WARN, "--qps-limit and --burst-limit are deprecated "
                              "and have no effect");
    if (o->retry_token_capacity > 0)
        log_message(LOG_WARN, "--retry-token-capacity has no effect: calls "
                              "are not retried");
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

static void
announce(const struct plugin *plugin)
{
    struct buf line = { 0 };
    if (plugin_describe(plugin, &line) == STATUS_OK)
        (void)printf("aws-kms-plugin %s\n", buf_text(&line));
    (void)fflush(stdout);
    buf_reset(&line);
}

static int
run(const struct options *options)
{
    struct plugin *plugin = NULL;
    struct buf problem = { 0 };
    stop_hold();
    log_init("aws-kms-plugin", options->log_level, options->log_format);
    warn_of_deprecated(options);
    enum status st = plugin_start(options, &plugin, &problem);
    if (st != STATUS_OK) {
        complain(&problem);
        return st == STATUS_INVALID ? EXIT_USAGE : EXIT_FAILURE;
    }
    buf_reset(&problem); /* of a try on the way */
    announce(plugin);
    int received = stop_await();
    log_event(LOG_INFO, "stopping", log_number("signal", received));
    if (plugin_stop(plugin) == STATUS_OK)
        return EXIT_SUCCESS;
    log_message(LOG_ERROR, "a call could not be ended");
    _exit(EXIT_FAILURE); /* its thread may still use what exit destroys */
}

int
main(int argc, char **argv)
{
    struct options options = { 0 };
    struct buf problem = { 0 };
    harden_process();
    descriptors_raise();
    json_init();
    if (options_parse(argc, argv, &options, &problem) != STATUS_OK) {
        complain(&problem);
        return EXIT_USAGE;
    }
    int code = options.action == OPTIONS_RUN ? run(&options)
                                             : print_text(options.action);
    options_reset(&options);
    return code;
}
