/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab exec: a command beside an emulator of its own. */
#ifndef EXEC_EXEC_H
#define EXEC_EXEC_H

extern const char exec_usage[];

/* Returns the command's own exit code; see exec_usage. */
int exec_run(int argc, char **argv);

#endif
