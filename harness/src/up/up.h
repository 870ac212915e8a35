/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab up: an emulator and a plugin to work with, until stopped. */
#ifndef UP_UP_H
#define UP_UP_H

extern const char up_usage[];

int up_run(int argc, char **argv);

#endif
