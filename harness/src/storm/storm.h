/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab fault storm: a mix of faults drawn by a seed, load, and invariants. */
#ifndef STORM_STORM_H
#define STORM_STORM_H

extern const char storm_usage[];

/* argv[0] is "storm". Returns the exit code. */
int storm_run(int argc, char **argv);

#endif
