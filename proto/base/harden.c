/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is closed would be given to the next socket, and logs written to it. */
static void
hold_standard_descriptors(void)
{
    for (;;) {
        int fd = open("/dev/null", O_RDWR);
        if (fd < 0) /* an empty root has none; this takes no bytes either */
            fd = socket(AF_UNIX, SOCK_DGRAM, 0);
        if (fd < 0)
            return;
        if (fd > STDERR_FILENO) {
            (void)close(fd);
            return;
        }
    }
}

void
harden_process(void)
{
    hold_standard_descriptors();
    struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}
