/* SPDX-License-Identifier: Apache-2.0 */
#include "play/stage_parts.h"

#include "havoc/stall.h"
#include "http/http.h"

#include <signal.h>

const char *const stage_names[STAGE_COUNT] = { "emulator", "plugin",
    "plugin-2" };

struct kms_account
stage_account(const struct stage *stage)
{
    return (struct kms_account){ .endpoint = buf_text(&stage->url),
        .region = emulator_default_region,
        .access_key_id = emulator_default_account,
        .secret_access_key = "kmslab" };
}

/* Of a plugin. */
static size_t
server_of(enum stage_who who)
{
    return who == STAGE_PLUGIN ? 0 : 1;
}

bool
stage_has(const struct stage *stage, enum stage_who who)
{
    return who == STAGE_EMULATOR ||
           (int64_t)server_of(who) < stage->options.scenario->apiservers;
}

enum status
stage_start(struct stage *stage, enum stage_who who, struct buf *problem)
{
    stage_stop(stage, who, false);
    return who == STAGE_EMULATOR
               ? stage_start_emulator(stage, problem)
               : stage_start_plugin(stage, server_of(who), problem);
}

enum status
stage_direct(struct stage *stage, struct span url)
{
    buf_clear(&stage->elsewhere);
    return buf_append(&stage->elsewhere, url);
}

static struct process *
process_of(const struct stage *stage, enum stage_who who)
{
    if (who == STAGE_EMULATOR)
        return stage->emulator == NULL ? NULL
                                       : emulator_process(stage->emulator);
    const struct plugin *plugin = stage->plugins[server_of(who)];
    return plugin == NULL ? NULL : plugin_process(plugin);
}

void
stage_stop(struct stage *stage, enum stage_who who, bool kill)
{
    enum { END_MS = 10 * 1000 };
    struct process *process = process_of(stage, who);
    int code;

    if (process == NULL)
        return;
    stage_resume(stage, who);
    if (kill) {
        process_signal(process, SIGKILL);
        (void)!process_wait(process, END_MS, &code);
    }
    if (who == STAGE_EMULATOR) {
        emulator_free(stage->emulator);
        stage->emulator = NULL;
    } else {
        plugin_free(stage->plugins[server_of(who)]);
        stage->plugins[server_of(who)] = NULL;
    }
}

enum status
stage_pause(struct stage *stage, enum stage_who who)
{
    struct process *process = process_of(stage, who);
    enum status st = process == NULL ? STATUS_NOT_FOUND : stall_begin(process);

    if (st == STATUS_OK)
        stage->paused[who] = true;
    return st;
}

void
stage_resume(struct stage *stage, enum stage_who who)
{
    if (!stage->paused[who])
        return;
    stall_end(process_of(stage, who));
    stage->paused[who] = false;
}

bool
stage_running(const struct stage *stage, enum stage_who who)
{
    struct process *process = process_of(stage, who);

    return process != NULL && process_running(process);
}

bool
stage_paused(const struct stage *stage, enum stage_who who)
{
    return stage->paused[who];
}

pid_t
stage_process_id(const struct stage *stage, enum stage_who who)
{
    return stage_running(stage, who) ? process_id(process_of(stage, who)) : 0;
}

bool
stage_untouched(const struct stage *stage, enum stage_who who)
{
    return process_of(stage, who) == NULL || stage_running(stage, who);
}

enum status
stage_usage(const struct stage *stage, enum stage_who who, struct usage *out)
{
    pid_t pid = stage_process_id(stage, who);

    return pid == 0 ? STATUS_NOT_FOUND : usage_read(pid, out);
}

const char *
stage_key(const struct stage *stage)
{
    return buf_text(&stage->key);
}

const char *
stage_endpoint(const struct stage *stage, size_t server)
{
    return buf_text(stage->proxy == NULL || server > 0
                        ? &stage->endpoints[server]
                        : &stage->front_endpoint);
}

const char *
stage_socket(const struct stage *stage, size_t server)
{
    return buf_text(&stage->sockets[server]);
}

const char *
stage_address(const struct stage *stage, enum stage_who who)
{
    return buf_text(&stage->address[who]);
}

struct resolver *
stage_resolver(struct stage *stage)
{
    return stage->resolver;
}

struct proxy *
stage_proxy(struct stage *stage)
{
    return stage->proxy;
}

enum status
stage_rotate(struct stage *stage, struct buf *problem)
{
    struct kms_account account = stage_account(stage);
    struct buf arn = { 0 };
    enum status st = kms_create_key(&account, "kmslab run", &arn, problem);

    if (st == STATUS_OK)
        st = kms_point_alias(&account, STAGE_ALIAS, buf_text(&arn), problem);
    if (st == STATUS_OK)
        buf_take(&stage->key, &arn);
    buf_reset(&arn);
    return st;
}

unsigned
stage_ask(const char *address, const char *method, const char *path,
    struct span sent, struct buf *body)
{
    enum { ASK_MS = 5000 };
    struct buf url = { 0 };
    struct http_answer answer = { 0 };
    struct http_request request = {
        .method = method, .body = sent, .timeout_ms = ASK_MS
    };
    unsigned code = 0;
    enum status st = buf_printf(&url, "%s%s", address, path);

    request.url = buf_text(&url);
    if (st == STATUS_OK && address[0] != '\0' &&
        http_send(&request, &answer, NULL) == STATUS_OK &&
        buf_append(body, buf_span(&answer.body)) == STATUS_OK)
        code = answer.status;
    http_answer_reset(&answer);
    buf_reset(&url);
    return code;
}
