/* SPDX-License-Identifier: Apache-2.0 */
#include "options/flags.h"

#include "aws/arn.h"
#include "base/num.h"
#include "base/utf8.h"

enum { KEY_MAX = 1024 /* what kube-apiserver takes as a key_id */ };

static bool
is_plain(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return utf8_valid(text);
}

static enum status
set_text(struct buf *to, struct span value)
{
    return is_plain(value) ? buf_set(to, value) : STATUS_INVALID;
}

static enum status
set_keys(struct flags *f, struct span value)
{
    struct text_list *keys = &f->options->keys;
    size_t first = keys->count;
    enum status st = text_list_add_csv(keys, value);
    for (size_t i = first; i < keys->count && st == STATUS_OK; i++) {
        struct span key = span_text(keys->items[i]);
        if (key.len == 0 || key.len > KEY_MAX || !is_plain(key))
            st = STATUS_INVALID;
    }
    return st;
}

static enum status
set_listens(struct flags *f, struct span value)
{
    struct text_list *listens = &f->options->listens;
    size_t first = listens->count;
    enum status st = text_list_add_csv(listens, value);
    for (size_t i = first; i < listens->count && st == STATUS_OK; i++)
        if (listens->items[i][0] == '\0')
            st = STATUS_INVALID;
    return st;
}

static enum status
set_context(struct flags *f, struct span value)
{
    return text_list_add(&f->contexts, value);
}

static enum status
set_region(struct flags *f, struct span value)
{
    return set_text(&f->options->region, value);
}

static enum status
set_endpoint(struct flags *f, struct span value)
{
    bool url = value.len == 0 ||
               span_starts_with(value, SPAN_LITERAL("http://")) ||
               span_starts_with(value, SPAN_LITERAL("https://"));
    return url ? set_text(&f->options->kms_endpoint, value) : STATUS_INVALID;
}

static enum status
set_source_arn(struct flags *f, struct span value)
{
    struct arn arn;
    enum status st = value.len == 0 ? STATUS_OK : arn_parse(value, &arn);
    return st == STATUS_OK ? set_text(&f->options->source_arn, value) : st;
}

static enum status
set_health_port(struct flags *f, struct span value)
{
    return set_text(&f->options->health_port, value);
}

static enum status
set_path(struct buf *to, struct span value)
{
    return span_starts_with(value, SPAN_LITERAL("/")) ? set_text(to, value)
                                                      : STATUS_INVALID;
}

static enum status
set_healthz_path(struct flags *f, struct span value)
{
    return set_path(&f->options->healthz_path, value);
}

static enum status
set_livez_path(struct flags *f, struct span value)
{
    return set_path(&f->options->livez_path, value);
}

/* Finds a word in a list that a NULL ends. */
static enum status
find_word(const char *const *words, struct span value, size_t *index)
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (span_equal_text(value, words[i])) {
            *index = i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

static enum status
set_health_version(struct flags *f, struct span value)
{
    static const char *const words[] = {
        [METRICS_V1] = "v1", [METRICS_V2] = "v2", NULL
    };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->health_version = (enum metrics_version)index;
    return st;
}

static enum status
set_status_failure(struct flags *f, struct span value)
{
    static const char *const words[] = { [SERVICE_STATUS_ERROR] = "error",
        [SERVICE_STATUS_HEALTHZ] = "healthz",
        NULL };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->status_failure = (enum service_status_failure)index;
    return st;
}

static enum status
set_health_cache(struct flags *f, struct span value)
{
    int64_t ns;
    enum status st = num_parse_duration_ns(value, &ns);
    if (st != STATUS_OK || ns < 0 || ns / 1000000 > (int64_t)HEALTH_TRUST_MS)
        return STATUS_INVALID;
    f->options->health_cache_ms = ns / 1000000;
    return STATUS_OK;
}

static enum status
set_retry_tokens(struct flags *f, struct span value)
{
    return num_parse(value, 0, INT32_MAX, &f->options->retry_token_capacity);
}

static enum status
set_qps(struct flags *f, struct span value)
{
    return num_parse(value, 0, INT32_MAX, &f->options->qps_limit);
}

static enum status
set_burst(struct flags *f, struct span value)
{
    return num_parse(value, INT32_MIN, INT32_MAX, &f->options->burst_limit);
}

static enum status
set_debug(struct flags *f, struct span value)
{
    /* What Go takes for a truth value. */
    enum { FALSE_WORDS = 6 };
    static const char *const words[] = { "false", "0", "f", "F", "FALSE",
        "False", "true", "1", "t", "T", "TRUE", "True", NULL };
    size_t index = FALSE_WORDS;
    enum status st =
        value.ptr == NULL ? STATUS_OK : find_word(words, value, &index);
    if (st == STATUS_OK)
        f->debug = index >= FALSE_WORDS;
    return st;
}

static enum status
set_log_level(struct flags *f, struct span value)
{
    return log_level_parse(value, &f->options->log_level);
}

static enum status
set_log_format(struct flags *f, struct span value)
{
    static const char *const words[] = {
        [LOG_TEXT] = "text", [LOG_JSON] = "json", NULL
    };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->log_format = (enum log_format)index;
    return st;
}

static enum status
set_version(struct flags *f, struct span value UNUSED)
{
    f->options->action = OPTIONS_VERSION;
    return STATUS_OK;
}

static enum status
set_help(struct flags *f, struct span value UNUSED)
{
    f->options->action = OPTIONS_HELP;
    return STATUS_OK;
}

#define SECONDS_WORDS "a duration from 0s to 90s"
#define COUNT_WORDS "a whole number, not negative"

const struct flag flags_table[FLAGS_COUNT] = {
    { "key", "KEY,...", true, set_keys, "an id, ARN or alias",
        "the KMS key: id, ARN or alias; one for each --listen" },
    { "listen", "PATH,...", true, set_listens, "a path",
        "the unix socket (/var/run/kmsplugin/socket.sock)" },
    { "encryption-context", "K=V,...", true, set_context, "K=V,K=V",
        "the encryption context; repeated, one for each key in turn" },
    { "region", "REGION", false, set_region, "a Region",
        "else AWS_REGION, AWS_DEFAULT_REGION, the profile, the key's ARN" },
    { "kms-endpoint", "URL", false, set_endpoint, "an http or https URL",
        "where KMS is, if not in the Region's usual place" },
    { "source-arn", "ARN", false, set_source_arn, "an ARN",
        "sent as x-amz-source-arn, with its account" },
    { "health-port", "ADDRESS", false, set_health_port, "HOST:PORT",
        "for health checks and metrics (:8080); port 0: any free one" },
    { "healthz-path", "PATH", false, set_healthz_path, "a path from /",
        "200 when the key can be used (/healthz)" },
    { "livez-path", "PATH", false, set_livez_path, "a path from /",
        "forgives throttling and what the key's owner did (/livez)" },
    { "health-kms-version", "VERSION", false, set_health_version, "v1 or v2",
        "the label of the health probe's metrics (v1)" },
    { "health-cache", "DURATION", false, set_health_cache, SECONDS_WORDS,
        "how long a good probe counts (30s)" },
    { "status-failure", "HOW", false, set_status_failure, "error or healthz",
        "what Status does when the key cannot be used (error)" },
    { "retry-token-capacity", "N", false, set_retry_tokens, COUNT_WORDS,
        "accepted; without effect until calls are retried" },
    { "qps-limit", "N", false, set_qps, COUNT_WORDS,
        "deprecated; without effect" },
    { "burst-limit", "N", false, set_burst, "a whole number",
        "deprecated; without effect" },
    { "debug", NULL, false, set_debug, "true or false",
        "the same as --log-level=debug" },
    { "log-level", "LEVEL", false, set_log_level, "error, warn, info or debug",
        "what is logged (info)" },
    { "log-format", "FORMAT", false, set_log_format, "text or json",
        "how it is logged, on standard error (text)" },
    { "version", NULL, false, set_version, "no value", "print the version" },
    { "help", NULL, false, set_help, "no value", "print this" },
};
