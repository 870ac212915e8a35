/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "grpc/rpc_internal.h"

#include <grpc/support/log.h>

/* Core's errors are about single connections: nothing an operator must act
 * on. GRPC_VERBOSITY decides what core says at all. */
static void
write_message(gpr_log_func_args *args)
{
    enum log_level level =
        args->severity == GPR_LOG_SEVERITY_ERROR ? LOG_WARN : LOG_DEBUG;
    log_event(level, "gRPC core says", log_text("text", args->message),
        log_text("file", args->file), log_number("line", args->line));
}

void
rpc_log_install(void)
{
    gpr_set_log_function(write_message);
}
