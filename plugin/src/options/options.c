/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* getopt_long */
#include "options/options.h"

#include "aws/arn.h"
#include "http/http_listen.h"
#include "options/call_flags.h"
#include "socket/unix_address.h"

#include <getopt.h>
#include <stdlib.h>

enum { STOP_TIMEOUT_MS = 5000 };
/* Ten years: for sums of times. */
#define STOP_UNBOUNDED_MS INT64_C(315360000000)
/* What getopt_long gives: an argument that is no flag, or an index in the
 * table, above all characters. */
enum { SPARE = 1, FIRST_FLAG = 256 };
/* Where --help's words stand, and where its lines end. */
enum { HELP_COLUMN = 32, HELP_WIDTH = 80 };

#define DEFAULT_LISTEN "/var/run/kmsplugin/socket.sock"

void
options_reset(struct options *o)
{
    for (size_t i = 0; o->contexts != NULL && i < o->keys.count; i++)
        context_reset(&o->contexts[i]);
    free(o->contexts);
    text_list_reset(&o->keys);
    text_list_reset(&o->listens);
    text_list_reset(&o->failovers);
    struct buf *texts[] = { &o->region, &o->kms_endpoint, &o->source_arn,
        &o->health_port, &o->healthz_path, &o->livez_path, &o->readyz_path };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        buf_reset(texts[i]);
    *o = (struct options){ 0 };
}

static enum status
set_defaults(struct options *o)
{
    o->health_cache_ms = 30 * 1000;
    o->log_level = LOG_INFO;
    o->behaviour = behaviour_of(BEHAVIOUR_NONE);
    o->log_sampling = true;
    enum status st = buf_append_text(&o->health_port, ":8080");
    if (st == STATUS_OK)
        st = buf_append_text(&o->healthz_path, "/healthz");
    if (st == STATUS_OK)
        st = buf_append_text(&o->livez_path, "/livez");
    if (st == STATUS_OK)
        st = buf_append_text(&o->readyz_path, "/readyz");
    return st;
}

static void
fill_long_options(struct option longs[FLAGS_MAX + 1])
{
    for (size_t i = 0; i < flags_count; i++)
        longs[i] = (struct option){ .name = flags_table[i].name,
            .has_arg = flags_table[i].argument == NULL ? optional_argument
                                                       : required_argument,
            .val = FIRST_FLAG + (int)i };
    longs[flags_count] = (struct option){ 0 };
}

/* getopt_long takes the beginning of a name for the name. */
static bool
is_whole_name(const char *said, const char *name)
{
    size_t len = strlen(name);
    return strncmp(said, "--", 2) == 0 && strncmp(said + 2, name, len) == 0 &&
           (said[2 + len] == '\0' || said[2 + len] == '=');
}

/* `said` is the argument as it stands on the command line. */
static enum status
apply(struct flags *flags, int index, const char *said, struct buf *problem)
{
    if (index >= 0 && (size_t)index < flags_count &&
        !is_whole_name(said, flags_table[index].name))
        index = '?' - FIRST_FLAG;
    if (index < 0 || (size_t)index >= flags_count) {
        buf_say(problem,
            index == ':' - FIRST_FLAG ? "%s needs a value"
                                      : "%s is not a flag: see --help",
            said);
        return STATUS_INVALID;
    }
    const struct flag *flag = &flags_table[index];
    flags->given[index] = true;
    enum status st = flag->set(flags, span_text(optarg));
    if (st == STATUS_OK || st == STATUS_NO_MEMORY)
        return st;
    buf_say(problem, "--%s=%.200s is not valid: it must be %s", flag->name,
        optarg == NULL ? "" : optarg, flag->wants);
    return STATUS_INVALID;
}

static enum status
read_flags(int argc, char **argv, struct flags *flags, struct buf *problem)
{
    struct option longs[FLAGS_MAX + 1];
    fill_long_options(longs);
    optind = 0; /* start anew: a test parses more than once */
    opterr = 0;
    enum status st = STATUS_OK;
    while (st == STATUS_OK) {
        int at = optind == 0 ? 1 : optind;
        int index = getopt_long(argc, argv, "-:", longs, NULL);
        if (index == -1)
            break;
        if (index == SPARE && flags->spare == NULL)
            flags->spare = optarg;
        if (index != SPARE)
            st = apply(flags, index - FIRST_FLAG, argv[at], problem);
    }
    if (flags->spare == NULL && optind < argc)
        flags->spare = argv[optind];
    return st;
}

static enum status
parse_contexts(
    struct options *o, const struct text_list *given, struct buf *problem)
{
    if (given->count > o->keys.count &&
        !o->behaviour->spare_contexts_are_ignored) {
        buf_say(problem, "--encryption-context is given %zu times for %zu keys",
            given->count, o->keys.count);
        return STATUS_INVALID;
    }
    o->contexts = calloc(o->keys.count, sizeof(*o->contexts));
    if (o->contexts == NULL)
        return STATUS_NO_MEMORY;
    enum status st = STATUS_OK;
    struct context spare = { 0 };
    for (size_t i = 0; i < given->count && st == STATUS_OK; i++) {
        struct context *to = i < o->keys.count ? &o->contexts[i] : &spare;
        st = context_parse(span_text(given->items[i]), to);
        if (st == STATUS_INVALID)
            buf_say(problem,
                "--encryption-context=%.200s is not valid: it must be K=V,K=V",
                given->items[i]);
    }
    context_reset(&spare);
    return st;
}

static bool
is_same_address(const char *a, const char *b)
{
    struct unix_address one, other;
    return unix_address_parse(a, &one) == STATUS_OK &&
           unix_address_parse(b, &other) == STATUS_OK &&
           unix_address_equal(&one, &other);
}

/* Each problem is one line: what is wrong and what it must be. */
static enum status
refuse(struct buf *problem, const char *text)
{
    buf_say(problem, "%s", text);
    return STATUS_INVALID;
}

static bool
has_abstract(const struct text_list *listens)
{
    struct unix_address address;
    for (size_t i = 0; i < listens->count; i++)
        if (unix_address_parse(listens->items[i], &address) == STATUS_OK &&
            address.abstract)
            return true;
    return false;
}

static enum status
check_keys(const struct options *o, struct buf *problem)
{
    if (o->keys.count == 0 && !o->behaviour->key_may_be_missing)
        return refuse(
            problem, "--key is missing: name the KMS key by id, ARN or alias");
    for (size_t i = 0; i < o->keys.count; i++)
        if (o->keys.items[i][0] == '\0' && !o->behaviour->key_may_be_missing)
            return refuse(problem, "--key has an empty element: each must be "
                                   "an id, ARN or alias");
    if (o->keys.count != o->listens.count)
        return refuse(problem, "key and listen lists must have the "
                               "same number of elements");
    if (o->hand_over && has_abstract(&o->listens)) {
        buf_say(problem, "--hand-over=true is not possible: an abstract "
                         "socket has no file that could be replaced");
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < o->listens.count; i++)
        for (size_t j = 0; j < i; j++)
            if (is_same_address(o->listens.items[i], o->listens.items[j])) {
                buf_say(problem, "--listen=%.200s is given twice",
                    o->listens.items[i]);
                return STATUS_INVALID;
            }
    return STATUS_OK;
}

/* A value that can be read but not used. */
static enum status
refuse_value(struct buf *problem, const char *flag, const struct buf *value,
    const char *wants)
{
    buf_say(problem, "--%s=%.200s is not valid: it must be %s", flag,
        buf_text(value), wants);
    return STATUS_INVALID;
}

/* Of two that are the same the second would never answer. AEP has no readyz:
 * where nobody asked for ours it gives way. */
static enum status
check_paths(const struct flags *flags, struct buf *problem)
{
    const struct options *o = flags->options;
    const struct {
        const char *flag;
        const struct buf *path;
    } rows[] = {
        { "healthz-path", &o->healthz_path },
        { "livez-path", &o->livez_path },
        { "readyz-path", &o->readyz_path },
    };
    size_t count = ARRAY_LEN(rows) - !flags_given(flags, "readyz-path");
    for (size_t i = 0; i < count; i++) {
        bool taken = span_equal_text(buf_span(rows[i].path), "/metrics");
        for (size_t j = 0; j < i; j++)
            taken |= span_equal(buf_span(rows[i].path), buf_span(rows[j].path));
        if (taken)
            return refuse_value(problem, rows[i].flag, rows[i].path,
                "another path than the other checks' and /metrics");
    }
    return STATUS_OK;
}

static enum status
check_values(const struct flags *flags, struct buf *problem)
{
    const struct options *o = flags->options;
    if (flags->spare != NULL && !o->behaviour->spare_arguments_are_ignored) {
        buf_say(problem, "%.200s is not a flag: see --help", flags->spare);
        return STATUS_INVALID;
    }
    if (o->region.len > 0 && !kms_region_is_valid(buf_span(&o->region)))
        return refuse_value(
            problem, "region", &o->region, "the name of a Region");
    if (o->kms_endpoint.len > 0 &&
        !kms_endpoint_is_valid(buf_span(&o->kms_endpoint)))
        return refuse_value(problem, "kms-endpoint", &o->kms_endpoint,
            "http or https, a host, and a path if need be");
    if (o->source_arn.len > 0 &&
        !kms_source_arn_is_valid(buf_span(&o->source_arn)))
        return refuse_value(
            problem, "source-arn", &o->source_arn, "an ARN with an account");
    if (!http_listen_is_valid(buf_span(&o->health_port)))
        return refuse_value(
            problem, "health-port", &o->health_port, "HOST:PORT or :PORT");
    if (flags->odd_health_version && !o->behaviour->health_version_may_be_any)
        return refuse(problem, "--health-kms-version must be v1 or v2");
    return check_paths(flags, problem);
}

/* What was not said follows from --compat. */
static enum status
fill_in(struct flags *flags)
{
    struct options *o = flags->options;
    o->health_is_checked = !flags->odd_health_version;
    if (flags->debug)
        o->log_level = LOG_DEBUG;
    if (!flags_given(flags, "stop-timeout"))
        o->stop_timeout_ms = o->behaviour->stop_is_unbounded ? STOP_UNBOUNDED_MS
                                                             : STOP_TIMEOUT_MS;
    if (!flags_given(flags, "keep-privileges"))
        o->keep_privileges = o->behaviour->privileges_are_kept;
    if (!flags_given(flags, "coalesce-decrypts"))
        o->coalesce_decrypts = !o->behaviour->decrypts_are_apart;
    if (!flags_given(flags, "status-failure"))
        o->status_failure = o->behaviour->status_is_never_an_error
                                ? SERVICE_STATUS_HEALTHZ
                                : SERVICE_STATUS_ERROR;
    if (!flags_given(flags, "log-format") && o->behaviour->log_is_zap)
        o->log_format = LOG_ZAP;
    enum status st = STATUS_OK;
    if (o->listens.count == 0)
        st = text_list_add(&o->listens, SPAN_LITERAL(DEFAULT_LISTEN));
    if (st == STATUS_OK && !flags_given(flags, "key") &&
        o->behaviour->key_may_be_missing)
        st = text_list_add(&o->keys, SPAN_LITERAL(""));
    return st;
}

static enum status
check(struct flags *flags, struct buf *problem)
{
    struct options *o = flags->options;
    enum status st = fill_in(flags);
    if (st == STATUS_OK)
        st = check_values(flags, problem);
    if (st == STATUS_OK)
        st = check_keys(o, problem);
    if (st == STATUS_OK)
        st = call_flags_check(o, problem);
    if (st == STATUS_OK)
        st = parse_contexts(o, &flags->contexts, problem);
    if (st == STATUS_INVALID && o->behaviour->refusals_are_failures)
        return STATUS_CONFLICT;
    return st;
}

enum status
options_parse(int argc, char **argv, struct options *out, struct buf *problem)
{
    struct options parsed = { 0 };
    struct flags flags = { .options = &parsed };
    enum status st = set_defaults(&parsed);
    if (st == STATUS_OK)
        st = read_flags(argc, argv, &flags, problem);
    if (st == STATUS_OK &&
        (parsed.action == OPTIONS_RUN || parsed.action == OPTIONS_CHECK))
        st = check(&flags, problem);
    text_list_reset(&flags.contexts);
    if (st == STATUS_OK)
        *out = parsed;
    else
        options_reset(&parsed);
    if (st == STATUS_NO_MEMORY)
        buf_say(problem, "%s", status_text(st));
    return st;
}

/* From HELP_COLUMN on, in lines broken between words. */
static enum status
append_words(struct buf *out, const char *text)
{
    enum status st = STATUS_OK;
    size_t column = HELP_COLUMN;
    while (*text != '\0' && st == STATUS_OK) {
        size_t len = strcspn(text, " ");
        if (column + 1 + len > HELP_WIDTH) {
            st = buf_printf(out, "\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        }
        if (st == STATUS_OK)
            st = buf_printf(out, " %.*s", (int)len, text);
        column += 1 + len;
        text += len;
        text += strspn(text, " ");
    }
    return st == STATUS_OK ? buf_append_text(out, "\n") : st;
}

enum status
options_help(struct buf *out)
{
    enum status st = buf_append_text(out,
        "usage: aws-kms-plugin --key=KEY [FLAG...]\n"
        "Serves the Kubernetes KMS APIs v1beta1 and v2 on a unix socket, with a "
        "key of\n"
        "AWS KMS. In brackets: what holds without the flag.\n\n");
    for (size_t i = 0; i < flags_count && st == STATUS_OK; i++) {
        const struct flag *flag = &flags_table[i];
        struct buf name = { 0 };
        st = buf_printf(&name, "--%s%s%s", flag->name,
            flag->argument == NULL ? "" : "=",
            flag->argument == NULL ? "" : flag->argument);
        if (st == STATUS_OK)
            st = buf_printf(out, "  %-30s", buf_text(&name));
        if (st == STATUS_OK)
            st = append_words(out, flag->help);
        buf_reset(&name);
    }
    return st;
}
