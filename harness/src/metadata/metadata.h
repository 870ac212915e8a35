/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab metadata: the services that AWS credentials come from, in small. */
#ifndef METADATA_METADATA_H
#define METADATA_METADATA_H

#include "commands.h"

extern const char metadata_usage[];
command_run_fn metadata_run;

#endif
