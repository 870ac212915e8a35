/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab kind encrypt and kmslab kind decrypt: from words to calls. */
#ifndef KIND_COMMANDS_ENCRYPT_COMMAND_H
#define KIND_COMMANDS_ENCRYPT_COMMAND_H

#include "commands.h"

command_run_fn encrypt_command_run;
command_run_fn decrypt_command_run;
extern const char encrypt_command_usage[];
extern const char decrypt_command_usage[];

#endif
