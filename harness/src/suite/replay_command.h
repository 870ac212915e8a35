/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUITE_REPLAY_COMMAND_H
#define SUITE_REPLAY_COMMAND_H

extern const char replay_command_usage[];
int replay_command(int argc, char **argv);

#endif
