/* SPDX-License-Identifier: Apache-2.0 */
#include "call_settings.h"

#include "base/num.h"
#include "credentials/credentials.h"
#include "options/call_flags.h"

static enum status
find_max_attempts(const struct options *o, unsigned *out, struct buf *problem)
{
    struct buf text = { 0 };
    int64_t attempts = o->max_attempts;
    enum status st = STATUS_OK;
    if (attempts == 0)
        st = credentials_max_attempts(&text, problem);
    if (st == STATUS_OK && text.len > 0 &&
        num_parse(buf_span(&text), 1, CALL_ATTEMPTS_MAX, &attempts) !=
            STATUS_OK) {
        buf_say(problem,
            "AWS_MAX_ATTEMPTS=%.100s, or max_attempts of the profile, is not "
            "valid: it must be a whole number from 1 to %d",
            buf_text(&text), (int)CALL_ATTEMPTS_MAX);
        st = STATUS_INVALID;
    }
    if (st == STATUS_OK)
        *out = (unsigned)attempts;
    buf_reset(&text);
    return st;
}

/* Of --qps-limit is left what kubernetes-sigs/aws-encryption-provider makes of
 * it: retries that cost one token each. */
static void
set_tokens(const struct options *o, struct call_settings *settings)
{
    settings->retry_tokens = o->retry_token_capacity;
    if (o->retry_token_capacity > 0 || o->qps_limit <= 0)
        return;
    settings->retry_tokens = o->qps_limit + o->burst_limit;
    settings->retry_cost = 1;
}

static enum status
find_failovers(const struct options *o, struct call_settings *settings,
    struct buf *problem)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < o->failovers.count && st == STATUS_OK; i++) {
        struct kms_place *place = &settings->failovers[i];
        struct buf *url = &settings->failover_endpoints[i];
        struct span given;
        call_flags_split_failover(
            o->failovers.items[i], &place->region, &given);
        st = given.len > 0
                 ? buf_set(url, given)
                 : credentials_kms_default_url(place->region, url, problem);
        place->endpoint = buf_span(url);
    }
    settings->failover_count = o->failovers.count;
    return st;
}

static enum status
find_all(const struct options *o, struct span region,
    struct call_settings *settings, struct buf *problem)
{
    enum status st = find_max_attempts(o, &settings->max_attempts, problem);
    set_tokens(o, settings);
    if (st == STATUS_OK)
        st = o->kms_endpoint.len > 0
                 ? buf_set(&settings->endpoint, buf_span(&o->kms_endpoint))
                 : credentials_kms_url(region, &settings->endpoint, problem);
    if (st == STATUS_OK)
        st = credentials_ca_file(&settings->ca_file, problem);
    if (st == STATUS_OK)
        st = find_failovers(o, settings, problem);
    return st;
}

enum status
call_settings_read(const struct options *o, struct span region,
    struct call_settings *out, struct buf *problem)
{
    out->connection_max_age_ms = o->connection_max_age_ms;
    enum status st = find_all(o, region, out, problem);
    if (st != STATUS_OK)
        call_settings_reset(out);
    return st;
}

void
call_settings_reset(struct call_settings *settings)
{
    buf_reset(&settings->endpoint);
    buf_reset(&settings->ca_file);
    for (size_t i = 0; i < KMS_PLACES_MAX; i++)
        buf_reset(&settings->failover_endpoints[i]);
    *settings = (struct call_settings){ 0 };
}
