/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When an apiserver asks a KMS v2 plugin by itself: once when it starts; if
 * that failed, each 10 s until it is good; and each 60 s in any case, where a
 * bad answer is followed by asking each 10 s until it is good again. Plain
 * value; used by one thread.
 */
#ifndef MODEL_POLLER_H
#define MODEL_POLLER_H

#include "k8s/provider.h"

struct poller {
    struct provider *provider; /* borrowed */
    int64_t priming_ms;        /* the next poll of each loop; */
    int64_t steady_ms;         /* INT64_MAX: the loop does not wait */
    int64_t recovery_ms;
};

/* Asks once, and sets the times of the loops. */
void poller_start(
    struct poller *poller, struct provider *provider, int64_t now_ms);

int64_t poller_next_ms(const struct poller *poller);

/* Runs the loops that are due. */
void poller_run(struct poller *poller, int64_t now_ms);

#endif
