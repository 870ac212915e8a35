/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* getopt_long */
#include "options/options.h"

#include "options/flags.h"

#include <getopt.h>
#include <stdlib.h>

#define DEFAULT_LISTEN "/var/run/kmsplugin/socket.sock"

void
options_reset(struct options *o)
{
    for (size_t i = 0; o->contexts != NULL && i < o->keys.count; i++)
        context_reset(&o->contexts[i]);
    free(o->contexts);
    text_list_reset(&o->keys);
    text_list_reset(&o->listens);
    struct buf *texts[] = { &o->region, &o->kms_endpoint, &o->source_arn,
        &o->health_port, &o->healthz_path, &o->livez_path };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        buf_reset(texts[i]);
    *o = (struct options){ 0 };
}

static enum status
set_defaults(struct options *o)
{
    o->health_cache_ms = 30 * 1000;
    o->log_level = LOG_INFO;
    enum status st = buf_append_text(&o->health_port, ":8080");
    if (st == STATUS_OK)
        st = buf_append_text(&o->healthz_path, "/healthz");
    if (st == STATUS_OK)
        st = buf_append_text(&o->livez_path, "/livez");
    return st;
}

static void
fill_long_options(struct option longs[FLAGS_COUNT + 1])
{
    for (size_t i = 0; i < FLAGS_COUNT; i++)
        longs[i] = (struct option){ .name = flags_table[i].name,
            .has_arg = flags_table[i].argument == NULL ? optional_argument
                                                       : required_argument,
            .val = (int)i };
    longs[FLAGS_COUNT] = (struct option){ 0 };
}

/* `said` is the argument as it stands on the command line. */
static enum status
apply(struct flags *flags, int index, const char *said, bool seen[FLAGS_COUNT],
    struct buf *problem)
{
    if (index < 0 || index >= FLAGS_COUNT) {
        buf_say(problem,
            index == ':' ? "%s needs a value" : "%s is not a flag: see --help",
            said);
        return STATUS_INVALID;
    }
    const struct flag *flag = &flags_table[index];
    if (seen[index] && !flag->repeats) {
        buf_say(problem, "--%s is given twice", flag->name);
        return STATUS_INVALID;
    }
    seen[index] = true;
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
    struct option longs[FLAGS_COUNT + 1];
    bool seen[FLAGS_COUNT] = { false };
    fill_long_options(longs);
    optind = 0; /* start anew: a test parses more than once */
    opterr = 0;
    enum status st = STATUS_OK;
    while (st == STATUS_OK) {
        int at = optind == 0 ? 1 : optind;
        /* '?' and ':' are no indices of the table: it is shorter. */
        int index = getopt_long(argc, argv, "+:", longs, NULL);
        if (index == -1)
            break;
        st = apply(flags, index, argv[at], seen, problem);
    }
    if (st == STATUS_OK && optind < argc) {
        buf_say(problem, "%.200s is not a flag: see --help", argv[optind]);
        st = STATUS_INVALID;
    }
    return st;
}

static enum status
parse_contexts(
    struct options *o, const struct text_list *given, struct buf *problem)
{
    if (given->count > o->keys.count) {
        buf_say(problem, "--encryption-context is given %zu times for %zu keys",
            given->count, o->keys.count);
        return STATUS_INVALID;
    }
    o->contexts = calloc(o->keys.count, sizeof(*o->contexts));
    if (o->contexts == NULL)
        return STATUS_NO_MEMORY;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < given->count && st == STATUS_OK; i++) {
        st = context_parse(span_text(given->items[i]), &o->contexts[i]);
        if (st == STATUS_INVALID)
            buf_say(problem,
                "--encryption-context=%.200s is not valid: it must be K=V,K=V",
                given->items[i]);
    }
    return st;
}

static enum status
check_keys(struct options *o, struct buf *problem)
{
    enum status st = STATUS_OK;
    if (o->listens.count == 0)
        st = text_list_add(&o->listens, SPAN_LITERAL(DEFAULT_LISTEN));
    if (st != STATUS_OK)
        return st;
    if (o->keys.count == 0) {
        buf_say(
            problem, "--key is missing: name the KMS key by id, ARN or alias");
        return STATUS_INVALID;
    }
    if (o->keys.count != o->listens.count) {
        buf_say(problem, "key and listen lists must have the "
                         "same number of elements");
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < o->listens.count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(o->listens.items[i], o->listens.items[j]) == 0) {
                buf_say(problem, "--listen=%.200s is given twice",
                    o->listens.items[i]);
                return STATUS_INVALID;
            }
    return STATUS_OK;
}

static enum status
check(struct flags *flags, struct buf *problem)
{
    struct options *o = flags->options;
    if (flags->debug)
        o->log_level = LOG_DEBUG;
    if (o->qps_limit > 0 && o->burst_limit <= 0) {
        buf_say(problem, "burst expected >0, got %d", (int)o->burst_limit);
        return STATUS_INVALID;
    }
    enum status st = check_keys(o, problem);
    if (st == STATUS_OK)
        st = parse_contexts(o, &flags->contexts, problem);
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
    if (st == STATUS_OK && parsed.action == OPTIONS_RUN)
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

enum status
options_help(struct buf *out)
{
    enum status st = buf_append_text(out,
        "usage: aws-kms-plugin --key=KEY [FLAG...]\n"
        "Serves the Kubernetes KMS APIs v1beta1 and v2 on a unix socket, with "
        "a key of AWS KMS.\n\n");
    for (size_t i = 0; i < FLAGS_COUNT && st == STATUS_OK; i++) {
        const struct flag *flag = &flags_table[i];
        struct buf name = { 0 };
        st = buf_printf(&name, "--%s%s%s", flag->name,
            flag->argument == NULL ? "" : "=",
            flag->argument == NULL ? "" : flag->argument);
        if (st == STATUS_OK)
            st = buf_printf(out, "  %-30s %s\n", buf_text(&name), flag->help);
        buf_reset(&name);
    }
    return st;
}
