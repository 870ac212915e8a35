/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"
#include "base/log.h"
#include "commands.h"
#include "process/printing.h"

int
main(int argc, char **argv)
{
    harden_process();
    log_init("kmslab", LOG_WARN, LOG_TEXT);
    return printing_end(commands_main(argc, argv));
}
