/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUITE_LIST_COMMAND_H
#define SUITE_LIST_COMMAND_H

extern const char list_command_usage[];
int list_command(int argc, char **argv);

#endif
