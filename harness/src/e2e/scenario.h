/* SPDX-License-Identifier: Apache-2.0 */
/* The e2e scenarios, one a file; the table is in scenario.c. */
#ifndef E2E_SCENARIO_H
#define E2E_SCENARIO_H

#include "e2e/lab.h"

typedef enum status scenario_run_fn(struct lab *lab, struct buf *problem);

/* Whose plugin serves when the scenario begins. */
enum scenario_plugin {
    SCENARIO_OURS,
    SCENARIO_STRANGER, /* --stranger */
    SCENARIO_AEP,      /* --aep */
    SCENARIO_PLUGINS,
};

struct scenario {
    const char *name;
    const char *claim; /* what holds when it passes */
    scenario_run_fn *run;
    enum scenario_plugin plugin;
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

scenario_run_fn flow_kms_v2;
scenario_run_fn flow_kms_v1;
scenario_run_fn enable_and_disable;
scenario_run_fn aescbc_to_kms;
scenario_run_fn configurations;
scenario_run_fn rotated_kms_v2;
scenario_run_fn replaced_kms_v2;
scenario_run_fn replaced_kms_v1;

#endif
