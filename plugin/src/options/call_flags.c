/* SPDX-License-Identifier: Apache-2.0 */
#include "options/call_flags.h"

#include "aws/arn.h"
#include "base/num.h"

#include <limits.h>

enum status
call_flags_set_max_attempts(struct flags *f, struct span value)
{
    return num_parse(value, 1, CALL_ATTEMPTS_MAX, &f->options->max_attempts);
}

static int
digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : INT_MAX;
}

/* The base that a number's beginning names, which is cut off. */
static int
cut_base(struct span *digits)
{
    static const struct {
        const char *before;
        int base;
    } bases[] = { { "0x", 16 }, { "0X", 16 }, { "0o", 8 }, { "0O", 8 },
        { "0b", 2 }, { "0B", 2 }, { "0", 8 } };
    for (size_t i = 0; i < ARRAY_LEN(bases); i++) {
        struct span before = span_text(bases[i].before);
        if (digits->len > before.len && span_starts_with(*digits, before)) {
            *digits = span_skip(*digits, before.len);
            return bases[i].base;
        }
    }
    return 10;
}

/* As Go's strconv.ParseInt with base 0, by which pflag reads integers, but
 * without its underscores. */
static enum status
parse_integer(struct span text, int64_t min, int64_t max, int64_t *out)
{
    bool minus = span_starts_with(text, SPAN_LITERAL("-"));
    bool sign = minus || span_starts_with(text, SPAN_LITERAL("+"));
    struct span digits = span_skip(text, sign ? 1 : 0);
    int base = cut_base(&digits);
    int64_t number = 0;
    if (digits.len == 0)
        return STATUS_INVALID;
    for (size_t i = 0; i < digits.len; i++) {
        int value = digit_value(digits.ptr[i]);
        if (value >= base)
            return STATUS_INVALID;
        number = number * base + value;
        if (number > INT32_MAX)
            return STATUS_TOO_LARGE;
    }
    number = minus ? -number : number;
    if (number < min || number > max)
        return STATUS_TOO_LARGE;
    *out = number;
    return STATUS_OK;
}

enum status
call_flags_set_retry_tokens(struct flags *f, struct span value)
{
    return parse_integer(
        value, 0, INT32_MAX, &f->options->retry_token_capacity);
}

enum status
call_flags_set_qps(struct flags *f, struct span value)
{
    return parse_integer(value, -INT32_MAX, INT32_MAX, &f->options->qps_limit);
}

enum status
call_flags_set_burst(struct flags *f, struct span value)
{
    return parse_integer(
        value, -INT32_MAX, INT32_MAX, &f->options->burst_limit);
}

enum status
call_flags_set_connection_age(struct flags *f, struct span value)
{
    enum { SECOND_MS = 1000, DAY_MS = 24 * 60 * 60 * 1000 };
    int64_t ns;
    enum status st = num_parse_duration_ns(value, &ns);
    if (st != STATUS_OK || ns / 1000000 < SECOND_MS || ns / 1000000 > DAY_MS)
        return STATUS_INVALID;
    f->options->connection_max_age_ms = ns / 1000000;
    return STATUS_OK;
}

void
call_flags_split_failover(
    const char *failover, struct span *region, struct span *url)
{
    *region = span_text(failover);
    *url = (struct span){ NULL, 0 };
    (void)span_cut(*region, '=', region, url);
}

enum status
call_flags_set_failover(struct flags *f, struct span value)
{
    struct text_list *failovers = &f->options->failovers;
    struct span region = value, url = { NULL, 0 };
    bool has_url = span_cut(value, '=', &region, &url);
    if (!kms_region_is_valid(region) ||
        (has_url && (url.len == 0 || !kms_endpoint_is_valid(url))) ||
        failovers->count == CALL_FAILOVERS_MAX)
        return STATUS_INVALID;
    return text_list_add(failovers, value);
}

/* Other keys are not to be found in another Region. */
static enum status
check_keys(const struct options *o, struct buf *problem)
{
    for (size_t i = 0; i < o->keys.count; i++) {
        struct arn arn;
        if (arn_parse(span_text(o->keys.items[i]), &arn) == STATUS_OK &&
            span_starts_with(arn.resource, SPAN_LITERAL("key/mrk-")))
            continue;
        buf_say(problem,
            "--failover needs a multi-Region key, named by its ARN "
            "(…:key/mrk-…): --key=%.200s is not one",
            o->keys.items[i]);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

/* Whether the Region is that of a key, or of a --failover before the index. */
static bool
is_taken(const struct options *o, struct span region, size_t index)
{
    struct span other, url;
    struct arn arn;
    for (size_t i = 0; i < index; i++) {
        call_flags_split_failover(o->failovers.items[i], &other, &url);
        if (span_equal(region, other))
            return true;
    }
    for (size_t i = 0; i < o->keys.count; i++)
        if (arn_parse(span_text(o->keys.items[i]), &arn) == STATUS_OK &&
            span_equal(region, arn.region))
            return true;
    return false;
}

static enum status
check_failovers(const struct options *o, struct buf *problem)
{
    for (size_t i = 0; i < o->failovers.count; i++) {
        struct span region, url;
        call_flags_split_failover(o->failovers.items[i], &region, &url);
        if (!is_taken(o, region, i))
            continue;
        buf_say(problem,
            "--failover=%.200s names a Region twice: give each Region but the "
            "key's own once",
            o->failovers.items[i]);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status
call_flags_check(const struct options *o, struct buf *problem)
{
    if (o->qps_limit > 0 && o->burst_limit <= 0) {
        buf_say(problem, "burst expected >0, got %d", (int)o->burst_limit);
        return STATUS_INVALID;
    }
    if (o->failovers.count == 0)
        return STATUS_OK;
    enum status st = check_keys(o, problem);
    return st == STATUS_OK ? check_failovers(o, problem) : st;
}
