/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab inspect: what a value in etcd is, and with a plugin what it says. */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

extern const char inspect_usage[];

int inspect_run(int argc, char **argv);

#endif
