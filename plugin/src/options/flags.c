/* SPDX-License-Identifier: Apache-2.0 */
#include "options/flags.h"

#include "base/num.h"
#include "base/utf8.h"
#include "options/call_flags.h"
#include "socket/unix_address.h"

enum { STOP_MAX_S = 3600 };
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
        if (key.len > KEY_MAX || !is_plain(key))
            st = STATUS_INVALID;
    }
    return st;
}

static enum status
set_listens(struct flags *f, struct span value)
{
    struct unix_address address;
    struct text_list *listens = &f->options->listens;
    size_t first = listens->count;
    enum status st = text_list_add_csv(listens, value);
    for (size_t i = first; i < listens->count && st == STATUS_OK; i++)
        st = unix_address_parse(listens->items[i], &address);
    return st;
}

static enum status
set_socket_mode(struct flags *f, struct span value)
{
    return socket_mode_parse(value, &f->options->socket_mode);
}

static enum status
set_socket_owner(struct flags *f, struct span value)
{
    return socket_owner_parse(value, &f->options->socket_owner);
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
    return set_text(&f->options->source_arn, value);
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

static enum status
set_readyz_path(struct flags *f, struct span value)
{
    return set_path(&f->options->readyz_path, value);
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
    f->odd_health_version = find_word(words, value, &index) != STATUS_OK;
    if (!f->odd_health_version)
        f->options->health_version = (enum metrics_version)index;
    return STATUS_OK;
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
set_compat(struct flags *f, struct span value)
{
    static const char *const words[] = {
        [BEHAVIOUR_NONE] = "none", [BEHAVIOUR_AEP] = "aep", NULL
    };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->behaviour = behaviour_of((enum behaviour_compat)index);
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
set_key_id(struct flags *f, struct span value)
{
    static const char *const words[] = { [IDENTITY_FLAG] = "flag",
        [IDENTITY_ARN] = "arn",
        [IDENTITY_MATERIAL] = "material",
        NULL };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->key_id = (enum identity_mode)index;
    return st;
}

/* What Go takes for a truth value; nothing is true. */
static enum status
read_truth(struct span value, bool *truth)
{
    enum { FALSE_WORDS = 6 };
    static const char *const words[] = { "false", "0", "f", "F", "FALSE",
        "False", "true", "1", "t", "T", "TRUE", "True", NULL };
    size_t index = FALSE_WORDS;
    enum status st =
        value.ptr == NULL ? STATUS_OK : find_word(words, value, &index);
    if (st == STATUS_OK)
        *truth = index >= FALSE_WORDS;
    return st;
}

static enum status
set_coalesce_decrypts(struct flags *f, struct span value)
{
    return read_truth(value, &f->options->coalesce_decrypts);
}

static enum status
set_keep_privileges(struct flags *f, struct span value)
{
    return read_truth(value, &f->options->keep_privileges);
}

static enum status
set_hand_over(struct flags *f, struct span value)
{
    return read_truth(value, &f->options->hand_over);
}

static enum status
set_lock_memory(struct flags *f, struct span value)
{
    static const char *const words[] = { [OPTIONS_LOCK_AUTO] = "auto",
        [OPTIONS_LOCK_YES] = "yes",
        [OPTIONS_LOCK_NO] = "no",
        NULL };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->lock_memory = (enum options_lock)index;
    return st;
}

static enum status
set_stop_timeout(struct flags *f, struct span value)
{
    int64_t ns;
    enum status st = num_parse_duration_ns(value, &ns);
    if (st != STATUS_OK || ns < 0 || ns > STOP_MAX_S * INT64_C(1000000000))
        return STATUS_INVALID;
    f->options->stop_timeout_ms = ns / 1000000;
    return STATUS_OK;
}

static enum status
set_debug(struct flags *f, struct span value)
{
    return read_truth(value, &f->debug);
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
        [LOG_TEXT] = "text", [LOG_JSON] = "json", [LOG_ZAP] = "zap", NULL
    };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->log_format = (enum log_format)index;
    return st;
}

static enum status
set_log_sampling(struct flags *f, struct span value)
{
    static const char *const words[] = { "off", "on", NULL };
    size_t index;
    enum status st = find_word(words, value, &index);
    if (st == STATUS_OK)
        f->options->log_sampling = index == 1;
    return st;
}

static enum status
set_check(struct flags *f, struct span value UNUSED)
{
    f->options->action = OPTIONS_CHECK;
    return STATUS_OK;
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

const struct flag flags_table[] = {
    { "key", "KEY,...", set_keys, "an id, ARN or alias",
        "the KMS key: id, ARN or alias; one for each --listen" },
    { "listen", "ADDRESS,...", set_listens,
        "PATH, unix:///PATH, @NAME or unix:///@NAME, up to 107 characters",
        "the unix socket, PATH or @NAME (/var/run/kmsplugin/socket.sock)" },
    { "socket-mode", "MODE", set_socket_mode, "octal, 0001 to 0777",
        "rights on the socket's file, e.g. 0660 (by the umask)" },
    { "socket-owner", "USER[:GROUP]", set_socket_owner,
        "names of /etc/passwd and /etc/group, or numbers",
        "who owns the socket's file (who runs the plugin)" },
    { "encryption-context", "K=V,...", set_context, "K=V,K=V",
        "the encryption context; repeated: one for each key, in their order" },
    { "region", "REGION", set_region, "a Region",
        "where the key is (AWS_REGION, AWS_DEFAULT_REGION, the profile's, the "
        "key ARN's, the instance's)" },
    { "kms-endpoint", "URL", set_endpoint, "an http or https URL",
        "where KMS is (the Region's usual place)" },
    { "source-arn", "ARN", set_source_arn, "an ARN",
        "sent as x-amz-source-arn, with its account" },
    { "health-port", "[HOST]:PORT", set_health_port, "HOST:PORT",
        "for health checks and metrics; port 0: any free one (:8080)" },
    { "healthz-path", "PATH", set_healthz_path, "a path from /",
        "answers 200 when the key can be used (/healthz)" },
    { "livez-path", "PATH", set_livez_path, "a path from /",
        "the same, but forgives what a restart cannot mend: a disabled key, "
        "throttling (/livez)" },
    { "readyz-path", "PATH", set_readyz_path, "a path from /",
        "answers 200 when calls are taken and the key was good once (/readyz)" },
    { "health-kms-version", "v1|v2", set_health_version, "v1 or v2",
        "the API that the health checks ask about (v1)" },
    { "health-cache", "DURATION", set_health_cache, SECONDS_WORDS,
        "how long a good probe counts (30s)" },
    { "compat", "aep|none", set_compat, "aep or none",
        "aep: do as aws-encryption-provider in all that differs (none)" },
    { "status-failure", "error|healthz", set_status_failure, "error or healthz",
        "Status when the key cannot be used: an RPC error, so that kube-apiserver "
        "stops writing, or words in healthz, so that it does not (error)" },
    { "key-id", "flag|arn|material", set_key_id, "flag, arn or material",
        "what v2 calls the key: --key's text, the ARN that KMS names, or that and "
        "the key material (flag)" },
    { "coalesce-decrypts", NULL, set_coalesce_decrypts, "true or false",
        "Decrypts of the same bytes share one call while it lasts; =false: each "
        "has its own (true)" },
    { "max-attempts", "N", call_flags_set_max_attempts, "from 1 to 100",
        "requests that a call may take; 1: no retries (AWS_MAX_ATTEMPTS, the "
        "profile's max_attempts, 3)" },
    { "retry-token-capacity", "N", call_flags_set_retry_tokens, COUNT_WORDS,
        "tokens that retries share: each takes 5, after a timeout 10 (500)" },
    { "qps-limit", "N", call_flags_set_qps, COUNT_WORDS,
        "deprecated: tokens for retries at one each, with --burst-limit" },
    { "burst-limit", "N", call_flags_set_burst, "a whole number",
        "deprecated: see --qps-limit" },
    { "connection-max-age", "DURATION", call_flags_set_connection_age,
        "a duration from 1s to 24h",
        "how long a connection to KMS is used (5m)" },
    { "failover", "REGION[=URL]", call_flags_set_failover,
        "REGION or REGION=URL, at most 7 of them",
        "where a multi-Region key is used when its own Region is down" },
    { "debug", NULL, set_debug, "true or false",
        "the same as --log-level=debug" },
    { "log-level", "LEVEL", set_log_level, "error, warn, info or debug",
        "error, warn, info or debug (info)" },
    { "log-format", "text|json|zap", set_log_format, "text, json or zap",
        "on standard error; zap, aws-encryption-provider's, on standard output "
        "(text)" },
    { "log-sampling", "on|off", set_log_sampling, "on or off",
        "of many equal lines log each hundredth (on)" },
    { "stop-timeout", "DURATION", set_stop_timeout, "a duration up to 1h",
        "how long calls under way may take when it stops (5s)" },
    { "hand-over", NULL, set_hand_over, "true or false",
        "take the place of a live plugin when ready, and make room for the next" },
    { "lock-memory", "auto|yes|no", set_lock_memory, "auto, yes or no",
        "keep memory out of swap; auto: where it is allowed (auto)" },
    { "keep-privileges", NULL, set_keep_privileges, "true or false",
        "do not drop capabilities once the sockets are bound" },
    { "check", NULL, set_check, "no value",
        "say what is wrong with the flags, if anything, and serve nothing" },
    { "version", NULL, set_version, "no value", "print the version" },
    { "help", NULL, set_help, "no value", "print this" },
};
const size_t flags_count = ARRAY_LEN(flags_table);
_Static_assert(ARRAY_LEN(flags_table) <= FLAGS_MAX, "flags fit their marks");

bool
flags_given(const struct flags *flags, const char *name)
{
    for (size_t i = 0; i < flags_count; i++)
        if (strcmp(flags_table[i].name, name) == 0)
            return flags->given[i];
    return false;
}
