/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* MCL_ONFAULT */
#include "daemon/memory_lock.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum status
memory_lock_all(void)
{
    struct rlimit limit;
    const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
        return status_from_errno(errno);
    /* Counted is address space, most of which is never touched. */
    if (limit.rlim_cur != RLIM_INFINITY &&
        setrlimit(RLIMIT_MEMLOCK, &unlimited) != 0)
        return STATUS_DENIED;
    if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0)
        return STATUS_OK;
    return errno == EINVAL ? STATUS_UNSUPPORTED : status_from_errno(errno);
}
