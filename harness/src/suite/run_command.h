/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUITE_RUN_COMMAND_H
#define SUITE_RUN_COMMAND_H

extern const char run_command_usage[];
int run_command(int argc, char **argv);

#endif
