/* SPDX-License-Identifier: Apache-2.0 */
#include "process/unix_socket.h"

#include "base/clock.h"
#include "process/interrupt.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool
unix_socket_answers(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = strlen(path);

    if (len >= sizeof(address.sun_path))
        return false;
    memcpy(address.sun_path, path, len);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool answers =
        connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    (void)close(fd);
    return answers;
}

enum status
unix_socket_await(const char *path, struct process *process, int64_t timeout_ms)
{
    struct clock clock = clock_monotonic();
    int64_t end_ms = clock_ms(&clock) + timeout_ms;
    enum status st = STATUS_OK;

    while (st == STATUS_OK && !unix_socket_answers(path)) {
        if (!process_running(process))
            return STATUS_NOT_FOUND;
        if (clock_ms(&clock) >= end_ms)
            return STATUS_TIMEOUT;
        st = interrupt_sleep(1);
    }
    return st;
}
