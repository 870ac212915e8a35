/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/wait.h"

#include "base/clock.h"
#include "process/interrupt.h"

enum { PAUSE_MS = 100 };

static bool
answers_ok(const struct http_request *request)
{
    struct http_answer answer = { 0 };
    enum status st = http_send(request, &answer, NULL);
    bool ok = st == STATUS_OK && answer.status == 200;

    http_answer_reset(&answer);
    return ok;
}

enum status
wait_until_ok(const struct http_request *request, struct process *process,
    int64_t timeout_ms)
{
    struct clock clock = clock_monotonic();
    int64_t deadline_ms = clock_ms(&clock) + timeout_ms;

    while (!answers_ok(request)) {
        if (process != NULL && !process_running(process))
            return STATUS_NOT_FOUND;
        if (clock_ms(&clock) > deadline_ms)
            return STATUS_TIMEOUT;
        enum status st = interrupt_sleep(PAUSE_MS);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}
