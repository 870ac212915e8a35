/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"
#include "base/json.h"
#include "daemon.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Each connection is a descriptor, and the usual soft limit is 1024. */
static void
raise_descriptor_limit(void)
{
    enum { WANTED = 4096 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < WANTED ? limit.rlim_max : WANTED;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* To be called before there are threads, which then inherit it. */
static sigset_t
hold_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    /* A limit on file sizes is then a failed write, as on a full disk. */
    (void)signal(SIGXFSZ, SIG_IGN);
    return signals;
}

/* A second signal ends the process even if the stop hangs. */
static void
await_signal(const sigset_t *signals)
{
    int number;
    (void)sigwait(signals, &number);
    (void)pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    log_event(LOG_INFO, "stopping", log_number("signal", number));
}

static enum status
announce(const struct daemon *daemon)
{
    struct buf url = { 0 }, admin = { 0 };
    enum status st = daemon_url(daemon, &url);
    if (st == STATUS_OK)
        st = daemon_admin_url(daemon, &admin);
    if (st == STATUS_OK) {
        (void)printf("kms-emulator ready %s%s%s\n", buf_text(&url),
            admin.len > 0 ? " admin " : "", buf_text(&admin));
        (void)fflush(stdout);
        log_event(LOG_INFO, "serving", log_span("url", buf_span(&url)));
    }
    buf_reset(&url);
    buf_reset(&admin);
    return st;
}

int
main(int argc, char **argv)
{
    struct options options;
    struct buf problem = { 0 };
    struct daemon *daemon = NULL;

    harden_process();
    switch (options_parse(argc, argv, stdout, stderr, &options)) {
    case OPTIONS_DONE:
        return EXIT_SUCCESS;
    case OPTIONS_USAGE:
        return 2;
    case OPTIONS_RUN:
        break;
    }
    log_init("kms-emulator", options.log_level, options.log_format);
    json_init();
    raise_descriptor_limit();
    sigset_t signals = hold_signals();

    enum status st = daemon_start(&options, &problem, &daemon);
    if (st == STATUS_OK)
        st = announce(daemon);
    if (st == STATUS_OK)
        await_signal(&signals);
    else
        (void)fprintf(stderr, "kms-emulator: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    daemon_stop(daemon);
    buf_reset(&problem);
    return st == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
