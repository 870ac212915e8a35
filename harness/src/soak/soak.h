/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab soak: a plugin under load while KMS misbehaves, for long. */
#ifndef SOAK_SOAK_H
#define SOAK_SOAK_H

extern const char soak_usage[];

int soak_run(int argc, char **argv);

#endif
