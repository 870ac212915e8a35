/* SPDX-License-Identifier: Apache-2.0 */
/* The list of marks, for mark.c. */
#ifndef FAULTS_MARK_LIST_H
#define FAULTS_MARK_LIST_H

#include "base/monitor.h"
#include "faults/mark.h"

struct marks {
    struct marks_options options;
    struct clock clock;     /* monotonic */
    struct monitor monitor; /* guards what follows */
    struct mark *all, *waiting;
    uint64_t last_id;
    bool look; /* rules may be withdrawn */
    bool ticking;
    bool stopping; /* nobody waits any more */
    bool started;
    pthread_t thread;
};

void mark_list_add(struct marks *marks, struct mark *mark);
void mark_list_remove(struct marks *marks, struct mark *mark);

#endif
