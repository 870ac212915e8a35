/* SPDX-License-Identifier: Apache-2.0 */
#include "services/emulator.h"

#include "services/daemon.h"

#include <stdlib.h>

const char emulator_default_account[] = "000000000000";
const char emulator_default_region[] = "us-east-1";

enum { ARGUMENTS_MAX = 16 };

struct emulator {
    struct process *process;
    struct buf url, admin;
    struct buf account, region;
};

/* Adds "--name value" where there is a value. */
static void
add_option(
    const char **arguments, size_t *count, const char *name, const char *value)
{
    if (value == NULL)
        return;
    arguments[(*count)++] = name;
    arguments[(*count)++] = value;
}

static void
fill_arguments(const struct emulator_options *options,
    const char *arguments[ARGUMENTS_MAX])
{
    size_t count = 0;

    add_option(arguments, &count, "--listen",
        options->listen == NULL ? "127.0.0.1:0" : options->listen);
    add_option(arguments, &count, "--store",
        options->data == NULL ? "memory" : "sqlite");
    add_option(arguments, &count, "--account", options->account);
    add_option(arguments, &count, "--region", options->region);
    add_option(arguments, &count, "--seed", options->seed);
    add_option(arguments, &count, "--data", options->data);
    arguments[count] = NULL;
}

/* What follows these words in the readiness line, up to a blank. */
static enum status
take_url(struct span line, struct span words, struct buf *url)
{
    struct span rest;
    size_t at;

    if (!span_search(line, words, &at))
        return STATUS_INVALID;
    line = span_skip(line, at + words.len);
    (void)span_cut(line, ' ', &line, &rest);
    return buf_append(url, span_trim(line));
}

static enum status
take_urls(struct span line, struct emulator *emulator)
{
    enum status status =
        take_url(line, SPAN_LITERAL(" ready "), &emulator->url);

    return status == STATUS_OK
               ? take_url(line, SPAN_LITERAL(" admin "), &emulator->admin)
               : status;
}

static enum status
start(const struct workspace *workspace, const struct emulator_options *options,
    struct emulator *emulator, struct buf *problem)
{
    const char *arguments[ARGUMENTS_MAX];
    struct daemon_options daemon = { .program = "kms-emulator",
        .arguments = arguments,
        .workspace = workspace };
    struct buf ready = { 0 };
    enum status status;

    fill_arguments(options, arguments);
    status = daemon_start(&daemon, &emulator->process, &ready, problem);
    if (status == STATUS_OK) {
        status = take_urls(buf_span(&ready), emulator);
        if (status == STATUS_INVALID)
            buf_say(problem, "kms-emulator's first line names no URL: %s",
                buf_text(&ready));
    }
    buf_reset(&ready);
    return status;
}

static const char *
or_else(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

enum status
emulator_start(const struct workspace *workspace,
    const struct emulator_options *options, struct emulator **out,
    struct buf *problem)
{
    struct emulator *emulator = calloc(1, sizeof(*emulator));
    enum status status;

    if (emulator == NULL)
        return STATUS_NO_MEMORY;
    status = buf_append_text(&emulator->account,
        or_else(options->account, emulator_default_account));
    if (status == STATUS_OK)
        status = buf_append_text(&emulator->region,
            or_else(options->region, emulator_default_region));
    if (status == STATUS_OK)
        status = start(workspace, options, emulator, problem);
    if (status == STATUS_OK)
        *out = emulator;
    else
        emulator_free(emulator);
    return status;
}

const char *
emulator_url(const struct emulator *emulator)
{
    return buf_text(&emulator->url);
}

const char *
emulator_admin(const struct emulator *emulator)
{
    return buf_text(&emulator->admin);
}

struct kms_account
emulator_account(const struct emulator *emulator)
{
    /* Any secret will do for an access key that is not registered; the
     * emulator takes the account from a key of 12 digits. */
    return (struct kms_account){ .endpoint = buf_text(&emulator->url),
        .region = buf_text(&emulator->region),
        .access_key_id = buf_text(&emulator->account),
        .secret_access_key = "kmslab" };
}

struct process *
emulator_process(const struct emulator *emulator)
{
    return emulator->process;
}

void
emulator_free(struct emulator *emulator)
{
    if (emulator == NULL)
        return;
    process_free(emulator->process);
    buf_reset(&emulator->url);
    buf_reset(&emulator->admin);
    buf_reset(&emulator->account);
    buf_reset(&emulator->region);
    free(emulator);
}
