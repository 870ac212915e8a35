/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypt, Decrypt and GenerateDataKey against a fixed answer behind the same
 * net/ and http/. */
#include "base/file.h"
#include "base/json.h"
#include "base/num.h"
#include "driver/bench.h"
#include "driver/floor.h"
#include "driver/load_http.h"
#include "driver/signed_request.h"

#define ACCOUNT "111122223333"
#define KEY_ID "0d0c0b0a-1111-4222-8333-444455556666"
#define SECRET "bench/secret/access/key/that/is/registered"

enum { CONNECTIONS = 8, WARM_UP = 2000 };

static const char seed[] =
    "{\"accessKeys\":[{\"accessKeyId\":\"AKIABENCHBENCHBENCH0\","
    "\"secretAccessKey\":\"" SECRET "\",\"account\":\"" ACCOUNT "\"}],"
    "\"keys\":[{\"id\":\"" KEY_ID "\",\"account\":\"" ACCOUNT
    "\",\"region\":\"us-east-1\","
    "\"material\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}]}";

enum status
bench_start_emulator(struct bench *bench, const char *data,
    struct emulator **emulator, struct kms_account *account)
{
    struct buf path = { 0 };
    enum status st = workspace_file(bench->workspace, "seed.json", &path);
    const struct emulator_options options = {
        .seed = buf_text(&path),
        .data = data,
    };

    if (st == STATUS_OK)
        st = file_replace(buf_text(&path), 0600, span_text(seed));
    if (st == STATUS_OK)
        st = emulator_start(
            bench->workspace, &options, emulator, bench->problem);
    if (st == STATUS_OK) {
        *account = emulator_account(*emulator);
        account->access_key_id = "AKIABENCHBENCHBENCH0";
        account->secret_access_key = SECRET;
    }
    buf_reset(&path);
    return st;
}

/* A load after a shorter one that is not counted. */
static enum status
run_warm(struct load_http load, struct measure *out, struct buf *problem)
{
    uint64_t requests = load.requests;

    load.requests = WARM_UP;
    enum status st = load_http_run(&load, out, problem);
    load.requests = requests;
    if (st == STATUS_OK)
        st = load_http_run(&load, out, problem);
    return st;
}

static enum status
run_operation(struct bench *bench, const struct emulator *emulator,
    const struct kms_account *account, const char *operation, const char *body,
    struct measure *out)
{
    struct buf request = { 0 };
    struct load_http load = {
        .connections = CONNECTIONS,
        .requests = bench->requests,
        .server = process_id(emulator_process(emulator)),
    };
    enum status st = load_http_port(account->endpoint, &load.port);

    if (st == STATUS_OK)
        st = signed_request_make(account, operation, span_text(body), &request);
    load.request = buf_span(&request);
    if (st == STATUS_OK)
        st = run_warm(load, out, bench->problem);
    buf_reset(&request);
    return st;
}

/* Appends a Decrypt body for a blob that Encrypt just made. */
static enum status
make_decrypt(struct bench *bench, const struct kms_account *account,
    const char *encrypt, struct buf *body)
{
    struct buf answer = { 0 };
    struct json_doc *doc = NULL;
    enum status st = kms_call(
        account, "Encrypt", span_text(encrypt), &answer, bench->problem);

    if (st == STATUS_OK)
        st = json_parse(buf_span(&answer), &doc, NULL);
    if (st == STATUS_OK)
        st = buf_printf(body, "{\"CiphertextBlob\":\"%.*s\"}",
            SPAN_ARG(json_get_string(
                json_member(json_root(doc), "CiphertextBlob"))));
    json_doc_free(doc);
    buf_reset(&answer);
    return st;
}

static enum status
run_floor(struct bench *bench, struct span request, struct measure *out)
{
    struct process *floor = NULL;
    static const char *const arguments[] = { NULL };
    struct buf line = { 0 };
    int64_t port = 0;
    enum status st = floor_start("floor_http", arguments, &floor, &line);

    if (st == STATUS_OK)
        st = num_parse(buf_span(&line), 1, 65535, &port);
    if (st == STATUS_OK)
        st = run_warm(
            (struct load_http){
                .port = (uint16_t)port,
                .request = request,
                .connections = CONNECTIONS,
                .requests = bench->requests,
                .server = process_id(floor),
            },
            out, bench->problem);
    process_free(floor);
    buf_reset(&line);
    return st;
}

static enum status
compare_operations(struct bench *bench, const struct emulator *emulator,
    const struct kms_account *account, const struct measure *floor)
{
    static const char encrypt[] =
        "{\"KeyId\":\"" KEY_ID "\",\"Plaintext\":"
        "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}";
    static const char data_key[] =
        "{\"KeyId\":\"" KEY_ID "\",\"KeySpec\":\"AES_256\"}";
    struct buf decrypt = { 0 };
    enum status st = make_decrypt(bench, account, encrypt, &decrypt);
    const char *const loads[][2] = { { "Encrypt", encrypt },
        { "Decrypt", buf_text(&decrypt) }, { "GenerateDataKey", data_key } };

    for (size_t i = 0; i < ARRAY_LEN(loads) && st == STATUS_OK; i++) {
        struct measure m;
        st = run_operation(
            bench, emulator, account, loads[i][0], loads[i][1], &m);
        if (st == STATUS_OK)
            bench_compare(bench, loads[i][0], &m, "fixed answer", floor);
    }
    buf_reset(&decrypt);
    return st;
}

enum status
bench_emulator(struct bench *bench)
{
    struct emulator *emulator = NULL;
    struct kms_account account;
    struct buf request = { 0 };
    struct measure floor;
    enum status st = bench_start_emulator(bench, NULL, &emulator, &account);

    if (st == STATUS_OK)
        st = signed_request_make(&account, "Encrypt",
            SPAN_LITERAL("{\"KeyId\":\"" KEY_ID "\",\"Plaintext\":"
                         "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}"),
            &request);
    if (st == STATUS_OK)
        st = run_floor(bench, buf_span(&request), &floor);
    if (st == STATUS_OK)
        st = compare_operations(bench, emulator, &account, &floor);
    emulator_free(emulator);
    buf_reset(&request);
    return st;
}
