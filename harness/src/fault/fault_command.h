/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab fault: arms, lists and heals faults of a running emulator. */
#ifndef FAULT_FAULT_COMMAND_H
#define FAULT_FAULT_COMMAND_H

extern const char fault_command_usage[];

int fault_command_run(int argc, char **argv);

#endif
