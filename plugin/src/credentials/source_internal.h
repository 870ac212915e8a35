/* SPDX-License-Identifier: Apache-2.0 */
/* The source as its two files know it: source.c answers who asks, and looks at
 * the files; source_thread.c fetches. */
#ifndef CREDENTIALS_SOURCE_INTERNAL_H
#define CREDENTIALS_SOURCE_INTERNAL_H

#include "base/monitor.h"
#include "credentials/schedule.h"
#include "credentials/source.h"

#include <pthread.h>

struct source {
    struct credentials source;
    struct buf region;
    struct clock wall_clock, clock;
    struct random random;
    source_fetch_fn *fetch;
    struct provider provider;
    int stop_fd; /* readable once it stops */

    struct monitor monitor; /* for what follows */
    struct shared_files shared;
    struct shared_stamp stamp;
    bool stamped; /* at least once */
    bool looked;  /* at the files, since the stamp */
    bool fetches; /* the files ask for more than to be read */
    bool has_thread, stopping, fetching;
    pthread_t thread;
    enum status status;   /* of the last try */
    struct provided held; /* empty: nothing yet */
    bool said_expired;    /* that those held have expired */
    bool keeps;           /* what is held outlives its expiry */
    struct buf problem;   /* of the last try, where that failed */
    struct schedule schedule;
    struct credentials_facts facts;

    pthread_mutex_t news_lock; /* held while it is told */
    credentials_news_fn *news;
    void *news_context;
};

/* With the lock held, both. */
bool source_has_some(const struct source *source);
bool source_is_expired(const struct source *source);

/* Starts the thread that fetches what is due, if it does not run yet. With the
 * lock held. */
MUST_USE enum status source_thread_start(struct source *source);

/* Ends it, and what it is fetching. */
void source_thread_stop(struct source *source);

#endif
