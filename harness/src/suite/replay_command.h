/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_REPLAY_COMMAND_H
#define SCENARIO_REPLAY_COMMAND_H

extern const char replay_command_usage[];
int replay_command(int argc, char **argv);

#endif
