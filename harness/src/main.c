/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"
#include "base/log.h"
#include "commands.h"

int
main(int argc, char **argv)
{
    harden_process();
    log_init("kmslab", LOG_WARN, LOG_TEXT);
    return commands_main(argc, argv);
}
