/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void
harden_process(void)
{
    struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}
