/* SPDX-License-Identifier: Apache-2.0 */
/* kmslab demo: the whole flow on real processes and a model of a cluster. */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

extern const char demo_usage[];

int demo_run(int argc, char **argv);

#endif
