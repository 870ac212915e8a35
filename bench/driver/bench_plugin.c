/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin's v2 Encrypt and Decrypt, KMS behind it, against an echo in the
 * same gRPC server. Its CPU alone counts, not the emulator's. */
#include "driver/bench.h"
#include "driver/load_grpc.h"
#include "process/process.h"
#include "rpc/rpc_kms.h"
#include "services/plugin.h"

enum { AT_ONCE = 32, TIMEOUT_MS = 10000 };

struct messages {
    struct buf encrypt, decrypt;
};

/* Field 1, bytes: EncryptRequest.plaintext and DecryptRequest.ciphertext. */
static enum status
field_one(struct span bytes, struct buf *message)
{
    enum status st = buf_append_byte(message, 0x0a);

    if (st == STATUS_OK && bytes.len >= 0x80)
        st = buf_append_byte(message, (uint8_t)(0x80 | (bytes.len & 0x7f)));
    if (st == STATUS_OK)
        st = buf_append_byte(
            message, (uint8_t)(bytes.len >= 0x80 ? bytes.len >> 7 : bytes.len));
    return st == STATUS_OK ? buf_append(message, bytes) : st;
}

static enum status
make_messages(
    struct bench *bench, const char *endpoint, struct messages *messages)
{
    static const uint8_t seed[32] = { 1, 2, 3 };
    struct rpc_channel *channel = NULL;
    struct kms_v2_encrypted encrypted = { 0 };
    struct grpc_error error = { 0 };
    enum status st = rpc_channel_new(span_text(endpoint), RPC_WAIT, &channel);

    if (st == STATUS_OK) {
        struct kms_service_v2 service = rpc_kms_v2(channel);
        st = service.encrypt(service.context, TIMEOUT_MS,
            span_of(seed, sizeof(seed)), SPAN_LITERAL("bench"), &encrypted,
            &error);
    }
    if (st != STATUS_OK)
        buf_say(bench->problem, "Encrypt: %s", buf_text(&error.message));
    if (st == STATUS_OK)
        st = field_one(span_of(seed, sizeof(seed)), &messages->encrypt);
    if (st == STATUS_OK)
        st = field_one(buf_span(&encrypted.ciphertext), &messages->decrypt);
    kms_v2_encrypted_reset(&encrypted);
    grpc_error_reset(&error);
    rpc_channel_free(channel);
    return st;
}

static enum status
run_load(struct bench *bench, const char *endpoint, const char *method,
    const struct buf *message, pid_t server, struct measure *out)
{
    struct load_grpc load = {
        .endpoint = endpoint,
        .method = method,
        .message = buf_span(message),
        .at_once = AT_ONCE,
        .calls = bench->requests / 20,
        .server = server,
    };
    enum status st = load_grpc_run(&load, out, bench->problem);

    load.calls = bench->requests / 4;
    return st == STATUS_OK ? load_grpc_run(&load, out, bench->problem) : st;
}

static enum status
run_floor(
    struct bench *bench, const struct messages *messages, struct measure *out)
{
    struct process *floor = NULL;
    struct buf path = { 0 }, socket = { 0 }, endpoint = { 0 }, line = { 0 };
    enum status st = bench_program("floor_grpc", &path);

    if (st == STATUS_OK)
        st = workspace_file(bench->workspace, "echo.sock", &socket);
    if (st == STATUS_OK)
        st = buf_printf(&endpoint, "unix://%s", buf_text(&socket));
    const char *const argv[] = { buf_text(&path), buf_text(&socket), NULL };
    const struct process_options options = { .argv = argv, .daemon = true };
    if (st == STATUS_OK)
        st = process_start(&options, &floor);
    if (st == STATUS_OK)
        st = process_read_line(floor, TIMEOUT_MS, &line);
    if (st == STATUS_OK)
        st = run_load(bench, buf_text(&endpoint),
            "/v2.KeyManagementService/Decrypt", &messages->decrypt,
            process_id(floor), out);
    process_free(floor);
    buf_reset(&path);
    buf_reset(&socket);
    buf_reset(&endpoint);
    buf_reset(&line);
    return st;
}

static enum status
compare(struct bench *bench, const struct plugin *plugin)
{
    struct messages messages = { 0 };
    struct measure floor, encrypt, decrypt;
    const char *endpoint = plugin_endpoint(plugin);
    pid_t pid = process_id(plugin_process(plugin));
    enum status st = make_messages(bench, endpoint, &messages);

    if (st == STATUS_OK)
        st = run_floor(bench, &messages, &floor);
    if (st == STATUS_OK)
        st = run_load(bench, endpoint, "/v2.KeyManagementService/Encrypt",
            &messages.encrypt, pid, &encrypt);
    if (st == STATUS_OK)
        st = run_load(bench, endpoint, "/v2.KeyManagementService/Decrypt",
            &messages.decrypt, pid, &decrypt);
    if (st == STATUS_OK) {
        bench_compare(bench, "plugin v2 Encrypt, 32 at once", &encrypt,
            "gRPC core echo", &floor);
        bench_compare(bench, "plugin v2 Decrypt, 32 at once", &decrypt,
            "gRPC core echo", &floor);
    }
    buf_reset(&messages.encrypt);
    buf_reset(&messages.decrypt);
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
