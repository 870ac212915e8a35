/* SPDX-License-Identifier: Apache-2.0 */
#ifndef E2E_E2E_H
#define E2E_E2E_H

#include "commands.h"

/* `kmslab e2e`. */
command_run_fn e2e_run;
extern const char e2e_usage[];

#endif
