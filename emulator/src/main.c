/* SPDX-License-Identifier: Apache-2.0 */
#include "base/descriptors.h"
#include "base/harden.h"
#include "base/json.h"
#include "base/stop.h"
#include "daemon.h"

#include <stdio.h>
#include <stdlib.h>

static enum status
announce(const struct daemon *daemon)
{
    struct buf url = { 0 }, admin = { 0 }, tls = { 0 };
    enum status st = daemon_url(daemon, PORT_API, &url);
    if (st == STATUS_OK)
        st = daemon_url(daemon, PORT_ADMIN, &admin);
    if (st == STATUS_OK)
        st = daemon_url(daemon, PORT_API_TLS, &tls);
    if (st == STATUS_OK) {
        (void)printf("kms-emulator ready %s%s%s%s%s\n", buf_text(&url),
            admin.len > 0 ? " admin " : "", buf_text(&admin),
            tls.len > 0 ? " tls " : "", buf_text(&tls));
        (void)fflush(stdout);
        log_event(LOG_INFO, "serving", log_span("url", buf_span(&url)),
            log_optional("tls", buf_text(&tls)));
    }
    buf_reset(&url);
    buf_reset(&admin);
    buf_reset(&tls);
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
    descriptors_raise();
    stop_hold();

    enum status st = daemon_start(&options, &problem, &daemon);
    if (st == STATUS_OK)
        st = announce(daemon);
    if (st == STATUS_OK)
        log_event(LOG_INFO, "stopping", log_number("signal", stop_await()));
    else
        (void)fprintf(stderr, "kms-emulator: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    daemon_stop(daemon);
    buf_reset(&problem);
    return st == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
