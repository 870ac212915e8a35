/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each way to fetch credentials: waits for the network or a program, bounded
 * in time, and gives up at once when stop_fd becomes readable. On failure
 * *problem gets one line for a person, without secrets.
 */
#ifndef CREDENTIALS_PROVIDER_H
#define CREDENTIALS_PROVIDER_H

#include "base/clock.h"
#include "base/random.h"
#include "credentials/plan.h"
#include "fetch/fetch.h"

/* What was fetched. */
struct provided {
    struct credentials_set set;
    int64_t expires_ms; /* on the wall clock; 0: never */
};
void provided_reset(struct provided *provided);
void provided_take(struct provided *to, struct provided *from);

/* How it is fetched; lives as long as the source. */
struct provider {
    struct clock wall_clock;
    int stop_fd;
    struct random random; /* spreads retries */
};

/* All that the plan asks for. Replaces *out. */
MUST_USE enum status provider_run(const struct provider *provider,
    const struct plan *plan, struct provided *out, struct buf *problem);

/* One step each. */
MUST_USE enum status provider_web_identity(const struct provider *provider,
    const struct plan *plan, struct provided *out, struct buf *problem);
MUST_USE enum status provider_assume_role(const struct provider *provider,
    const struct plan *plan, const struct plan_role *role,
    struct provided *in_out, struct buf *problem);
MUST_USE enum status provider_sso(const struct provider *provider,
    const struct plan *plan, struct provided *out, struct buf *problem);
MUST_USE enum status provider_process(const struct provider *provider,
    const struct plan *plan, struct provided *out, struct buf *problem);
MUST_USE enum status provider_container(const struct provider *provider,
    const struct plan *plan, struct provided *out, struct buf *problem);
MUST_USE enum status provider_imds(const struct provider *provider,
    const struct plan *plan, struct provided *out, struct buf *problem);

/* Appends the Region of the instance's identity document. */
MUST_USE enum status provider_imds_region(
    const struct plan_imds *imds, struct buf *region, struct buf *problem);

/*
 * fetch for providers: *problem gets the URL's scheme, host and port, and
 * what is wrong with it. STATUS_UNAVAILABLE also for 429 and 5xx answers.
 */
MUST_USE enum status provider_fetch(const struct fetch_request *request,
    struct fetch_answer *answer, struct buf *problem);

/* Whether the answer, which is no 5xx, is worth another try. */
typedef bool provider_worth_fn(const struct fetch_answer *answer);

/*
 * The same with three tries in all and pauses between them, as the SDKs do:
 * after what is STATUS_UNAVAILABLE or STATUS_TIMEOUT, and what is `worth` it
 * (NULL: nothing else). The request is sent as it stands each time.
 */
MUST_USE enum status provider_fetch_patiently(const struct provider *provider,
    const struct fetch_request *request, provider_worth_fn *worth,
    struct fetch_answer *answer, struct buf *problem);

/* How far the server's clock is ahead of ours; 0 where it did not say, and
 * below half a minute. */
int64_t provider_skew_ms(
    const struct provider *provider, const struct fetch_answer *answer);

/* Appends a secret file's text, trimmed. *problem names it. */
MUST_USE enum status provider_read_token(
    const char *path, struct buf *out, struct buf *problem);

/* Appends text as it stands in a query or a form. */
MUST_USE enum status provider_append_encoded(struct buf *out, struct span text);

/* "http://HOST:PORT" of a URL. */
struct span provider_origin(const char *url);

#endif
