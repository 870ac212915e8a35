/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab proxy: a proxy until it is stopped. */
#ifndef PROXY_PROXY_COMMAND_H
#define PROXY_PROXY_COMMAND_H

#include "commands.h"

extern const char proxy_command_usage[];
command_run_fn proxy_command_run;

#endif
