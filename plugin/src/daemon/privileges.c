/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* syscall */
#include "daemon/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CAPABILITIES_MAX = 64 }; /* what two words of the kernel's hold */

/* Before the sets, because it takes CAP_SETPCAP: who has not got that cannot
 * gain what is in the bounding set either, since no program it starts may. */
static void
drop_bounding(void)
{
    for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++)
        if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
            return;
}

enum status
privileges_drop(void)
{
    struct __user_cap_header_struct header = {
        .version = _LINUX_CAPABILITY_VERSION_3
    };
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {
        { 0 }
    };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return status_from_errno(errno);
    drop_bounding();
    /* Not known to kernels before 4.3; what is not permitted is not ambient. */
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &header, none) != 0)
        return status_from_errno(errno);
    return STATUS_OK;
}
