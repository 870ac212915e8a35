/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin's v2 Encrypt and Decrypt, KMS behind it, against an echo in the
 * same gRPC server. Its CPU alone counts, not the emulator's. */
#include "driver/bench.h"
#include "driver/floor.h"
#include "driver/kms_messages.h"
#include "driver/load_grpc.h"
#include "services/plugin.h"

enum { AT_ONCE = 32 };

static enum status
run_load(struct bench *bench, const char *endpoint, const char *method,
    const struct buf *messages, size_t message_count, pid_t server,
    struct measure *out)
{
    struct load_grpc load = {
        .endpoint = endpoint,
        .method = method,
        .messages = messages,
        .message_count = message_count,
        .at_once = AT_ONCE,
        .calls = bench->requests / 20,
        .server = server,
    };
    enum status st = load_grpc_run(&load, out, bench->problem);

    load.calls = bench->requests / 4;
    return st == STATUS_OK ? load_grpc_run(&load, out, bench->problem) : st;
}

static enum status
run_floor(struct bench *bench, const struct kms_messages *messages,
    struct measure *out)
{
    struct process *floor = NULL;
    struct buf socket = { 0 }, endpoint = { 0 }, line = { 0 };
    enum status st = workspace_file(bench->workspace, "echo.sock", &socket);

    if (st == STATUS_OK)
        st = buf_printf(&endpoint, "unix://%s", buf_text(&socket));
    const char *const arguments[] = { buf_text(&socket), NULL };
    if (st == STATUS_OK)
        st = floor_start("floor_grpc", arguments, &floor, &line);
    if (st == STATUS_OK)
        st = run_load(bench, buf_text(&endpoint),
            "/v2.KeyManagementService/Decrypt", messages->decrypt, KMS_MESSAGES,
            process_id(floor), out);
    process_free(floor);
    buf_reset(&socket);
    buf_reset(&endpoint);
    buf_reset(&line);
    return st;
}

static enum status
compare(struct bench *bench, const struct plugin *plugin)
{
    struct kms_messages messages = { 0 };
    struct measure floor, encrypt, decrypt;
    const char *endpoint = plugin_endpoint(plugin);
    pid_t pid = process_id(plugin_process(plugin));
    enum status st = kms_messages_make(endpoint, &messages, bench->problem);

    if (st == STATUS_OK)
        st = run_floor(bench, &messages, &floor);
    if (st == STATUS_OK)
        st = run_load(bench, endpoint, "/v2.KeyManagementService/Encrypt",
            &messages.encrypt, 1, pid, &encrypt);
    if (st == STATUS_OK)
        st = run_load(bench, endpoint, "/v2.KeyManagementService/Decrypt",
            messages.decrypt, KMS_MESSAGES, pid, &decrypt);
    if (st == STATUS_OK) {
        bench_compare(bench, "plugin v2 Encrypt, 32 at once", &encrypt,
            "gRPC core echo", &floor);
        bench_compare(bench, "plugin v2 Decrypt, 32 at once", &decrypt,
            "gRPC core echo", &floor);
    }
    kms_messages_reset(&messages);
    return st;
}

enum status
bench_plugin(struct bench *bench)
{
    struct emulator *emulator = NULL;
    struct plugin *plugin = NULL;
    struct plugin_options options = { 0 };
    struct buf arn = { 0 };
    enum status st =
        bench_start_emulator(bench, NULL, &emulator, &options.account);

    if (st == STATUS_OK)
        st = kms_create_key(&options.account, "bench", &arn, bench->problem);
    options.key = buf_text(&arn);
    if (st == STATUS_OK)
        st = plugin_start(bench->workspace, &options, &plugin, bench->problem);
    if (st == STATUS_OK)
        st = compare(bench, plugin);
    plugin_free(plugin);
    emulator_free(emulator);
    buf_reset(&arn);
    return st;
}
