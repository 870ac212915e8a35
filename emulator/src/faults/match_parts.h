/* SPDX-License-Identifier: Apache-2.0 */
/* What match*.c share. */
#ifndef FAULTS_MATCH_PARTS_H
#define FAULTS_MATCH_PARTS_H

#include "faults/match.h"

enum {
    MATCH_OPERATIONS_MAX = 64,
    MATCH_PAIRS_MAX = 8,
};

struct match_pair {
    struct buf name, value;
};

struct match {
    const char *operations[MATCH_OPERATIONS_MAX]; /* of the model */
    size_t operation_count;
    struct buf key, account, region, caller, address, server_name;
    struct match_pair context[MATCH_PAIRS_MAX];
    size_t context_count;
    struct match_pair header;
    int64_t port;             /* -1: any */
    int64_t connection;       /* 0: any */
    enum match_stage claimed; /* MATCH_STAGES: not yet */
    enum match_stage *claim;  /* the same, for who reads the rule */
};

#endif
