/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAY_LOOK_H
#define PLAY_LOOK_H

/* The looks behind the expectations of a scenario, by what they look at. */

#include "play/engine.h"
#include "scenario/expect_kind.h"

/*
 * What there is goes into *got; a look sets *holds only where its form does
 * not say how it is compared with what is wanted. A failure is one of the
 * harness only.
 */
typedef enum status look_fn(struct engine *engine,
    const struct expectation *expectation, bool *holds, struct buf *got);

/* look_health.c: what kube-apiserver and the plugin say of themselves. */
look_fn look_health;
look_fn look_health_says;
look_fn look_status;
look_fn look_status_says;
look_fn look_key_id;
look_fn look_plugin_health;

/* look_data.c: Secrets, through the API, in etcd and in pods. */
look_fn look_read;
look_fn look_write;
look_fn look_rewrite;
look_fn look_list;
look_fn look_says;
look_fn look_etcd;
look_fn look_pod;

/* look_count.c: numbers, times, and what runs. */
look_fn look_metric;
look_fn look_kms_calls;
look_fn look_plugin_calls;
look_fn look_load;
look_fn look_detect;
look_fn look_recover;
look_fn look_took;
look_fn look_process;

/* Whether the text has these words. */
static inline bool
look_contains(const struct buf *text, const struct buf *words)
{
    size_t at;

    return span_search(buf_span(text), buf_span(words), &at);
}

static inline enum status
look_number(struct buf *got, int64_t value)
{
    return buf_printf(got, "%lld", (long long)value);
}

#endif
