/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/transfer.h"

#include "base/version.h"
#include "base/wipe.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_code;

static void
init_libcurl(void)
{
    global_code = curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc,
        wipe_free, wipe_realloc, wipe_strdup, wipe_calloc);
}

enum status
transfer_global_init(void)
{
    (void)pthread_once(&global_once, init_libcurl);
    return global_code == CURLE_OK ? STATUS_OK : STATUS_INTERNAL;
}

static size_t
take_line(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    answer_add_line(&transfer->answer, span_of(bytes, size * count));
    return size * count;
}

/* Taking less than was given makes libcurl end the transfer. */
static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct span part = span_of(bytes, size * count);
    return answer_add_body(&transfer->answer, part) ? part.len : 0;
}

static bool
set_long(CURL *easy, CURLoption option, long value)
{
    return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

static bool
set_text(CURL *easy, CURLoption option, const char *text)
{
    return curl_easy_setopt(easy, option, text) == CURLE_OK;
}

static bool
set_behaviour(CURL *easy)
{
    return set_long(easy, CURLOPT_POST, 1) &&
           set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
           set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
           set_long(easy, CURLOPT_FOLLOWLOCATION, 0) &&
           set_long(easy, CURLOPT_NOSIGNAL, 1) &&
           set_long(easy, CURLOPT_BUFFERSIZE, 4096) &&
           /* Or ending a call would wait for the resolver's thread. */
           set_long(easy, CURLOPT_QUICK_EXIT, 1);
}

/* OpenSSL wipes what it decrypted once libcurl has taken it. */
static CURLcode
wipe_plaintext(CURL *easy, void *tls, void *context)
{
    (void)easy;
    (void)context;
    (void)SSL_CTX_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT);
    return CURLE_OK;
}

/* A libcurl on another TLS library has a context of another kind. */
static bool
set_tls(CURL *easy)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    bool is_openssl = info->ssl_version != NULL &&
                      strncmp(info->ssl_version, "OpenSSL/", 8) == 0;
    return !is_openssl || curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION,
                              wipe_plaintext) == CURLE_OK;
}

static bool
set_place(CURL *easy, const struct endpoint *endpoint, const char *ca_file)
{
    return set_text(easy, CURLOPT_URL, buf_text(&endpoint->url)) &&
           (!endpoint->direct || set_text(easy, CURLOPT_PROXY, "")) &&
           (ca_file == NULL || set_text(easy, CURLOPT_CAINFO, ca_file));
}

static bool
set_callbacks(struct transfer *t)
{
    return curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_line) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t) == 0;
}

enum status
transfer_new(
    const struct endpoint *endpoint, const char *ca_file, struct transfer **out)
{
    char user_agent[128];
    struct transfer *transfer = calloc(1, sizeof(*transfer));
    if (transfer == NULL)
        return STATUS_NO_MEMORY;
    transfer->easy = curl_easy_init();
    (void)snprintf(
        user_agent, sizeof(user_agent), "aws-kms-plugin/%s", project_version);
    /* Setting an option that libcurl knows fails for lack of memory only. */
    if (transfer->easy == NULL || !set_behaviour(transfer->easy) ||
        !set_place(transfer->easy, endpoint, ca_file) ||
        !set_tls(transfer->easy) ||
        !set_text(transfer->easy, CURLOPT_USERAGENT, user_agent) ||
        !set_callbacks(transfer)) {
        transfer_free(transfer);
        return STATUS_NO_MEMORY;
    }
    *out = transfer;
    return STATUS_OK;
}

void
transfer_free(struct transfer *transfer)
{
    if (transfer == NULL)
        return;
    curl_easy_cleanup(transfer->easy);
    signed_header_reset(&transfer->header);
    answer_reset(&transfer->answer);
    free(transfer);
}

struct transfer *
transfer_of(CURL *easy)
{
    char *transfer = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    return (struct transfer *)(void *)transfer;
}

enum status
transfer_set(struct transfer *transfer, struct span body)
{
    CURL *easy = transfer->easy;
    if (!set_long(easy, CURLOPT_POSTFIELDSIZE, (long)body.len) ||
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.ptr) != CURLE_OK ||
        curl_easy_setopt(
            easy, CURLOPT_HTTPHEADER, &transfer->header.lines[0]) != CURLE_OK)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum kms_failure
failure_of_code(CURLcode code)
{
    static const struct {
        CURLcode code;
        enum kms_failure failure;
    } others[] = {
        { CURLE_OUT_OF_MEMORY, KMS_FAILURE_INTERNAL },
        { CURLE_OPERATION_TIMEDOUT, KMS_FAILURE_TIMEOUT },
        { CURLE_WEIRD_SERVER_REPLY, KMS_FAILURE_BAD_ANSWER },
        { CURLE_UNSUPPORTED_PROTOCOL, KMS_FAILURE_BAD_ANSWER }, /* HTTP/0.9 */
        { CURLE_BAD_CONTENT_ENCODING, KMS_FAILURE_BAD_ANSWER },
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i].code == code)
            return others[i].failure;
    return KMS_FAILURE_TRANSPORT;
}

void
transfer_read(struct transfer *transfer, CURLcode code,
    enum kms_operation operation, struct kms_result *result)
{
    long http_status = 0;
    (void)curl_easy_getinfo(
        transfer->easy, CURLINFO_RESPONSE_CODE, &http_status);
    if (code == CURLE_OK || transfer->answer.too_large) {
        answer_read(
            &transfer->answer, operation, (unsigned)http_status, result);
        return;
    }
    const char *words =
        transfer->error[0] != 0 ? transfer->error : curl_easy_strerror(code);
    *result = (struct kms_result){
        .failure = failure_of_code(code),
        .message = span_text(words),
    };
}

void
transfer_clear(struct transfer *transfer)
{
    answer_clear(&transfer->answer);
    buf_clear(&transfer->header.text);
    transfer->error[0] = 0;
    transfer->owner = NULL;
}
