/* SPDX-License-Identifier: Apache-2.0 */
#include "http/http.h"

#include "base/wipe.h"
#include "process/interrupt.h"

#include <curl/curl.h>
#include <pthread.h>

struct exchange {
    const struct http_request *request;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    struct http_answer answer;
    enum status refused; /* why we ended the transfer ourselves */
    char detail[CURL_ERROR_SIZE];
};

static const struct {
    CURLcode code;
    enum status status;
} failures[] = {
    { CURLE_OUT_OF_MEMORY, STATUS_NO_MEMORY },
    { CURLE_URL_MALFORMAT, STATUS_INVALID },
    { CURLE_UNSUPPORTED_PROTOCOL, STATUS_INVALID },
    { CURLE_COULDNT_RESOLVE_HOST, STATUS_UNAVAILABLE },
    { CURLE_COULDNT_CONNECT, STATUS_UNAVAILABLE },
    { CURLE_GOT_NOTHING, STATUS_UNAVAILABLE },
    { CURLE_PARTIAL_FILE, STATUS_UNAVAILABLE },
    { CURLE_SEND_ERROR, STATUS_UNAVAILABLE },
    { CURLE_RECV_ERROR, STATUS_UNAVAILABLE },
    { CURLE_OPERATION_TIMEDOUT, STATUS_TIMEOUT },
    { CURLE_SSL_CONNECT_ERROR, STATUS_DENIED },
    { CURLE_PEER_FAILED_VERIFICATION, STATUS_DENIED },
    { CURLE_SSL_CACERT_BADFILE, STATUS_DENIED },
    { CURLE_SSL_CERTPROBLEM, STATUS_DENIED },
};

static enum status
status_of(CURLcode code)
{
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        if (failures[i].code == code)
            return failures[i].status;
    }
    return code == CURLE_OK ? STATUS_OK : STATUS_IO;
}

static void
init_curl(void)
{
    (void)curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc, wipe_free,
        wipe_realloc, wipe_strdup, wipe_calloc);
}

static size_t
receive_body(char *bytes, size_t one, size_t len, void *context)
{
    struct exchange *x = context;
    struct buf *body = &x->answer.body;

    (void)one; /* always 1 */
    if (len > HTTP_ANSWER_MAX - body->len)
        x->refused = STATUS_TOO_LARGE;
    else
        x->refused = buf_append(body, span_of(bytes, len));
    return x->refused == STATUS_OK ? len : 0;
}

static enum status
add_header(struct exchange *x, const char *name, struct span value)
{
    struct buf line = { 0 };
    struct curl_slist *longer = NULL;
    enum status status = buf_printf(&line, "%s: ", name);

    if (status == STATUS_OK)
        status = buf_append(&line, value);
    if (status == STATUS_OK) {
        longer = curl_slist_append(x->headers, buf_text(&line));
        status = longer == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    }
    if (longer != NULL)
        x->headers = longer;
    buf_reset(&line);
    return status;
}

static enum status
add_bearer(struct exchange *x, const char *token)
{
    struct buf value = { 0 };
    enum status status = buf_printf(&value, "Bearer %s", token);

    if (status == STATUS_OK)
        status = add_header(x, "Authorization", buf_span(&value));
    buf_reset(&value);
    return status;
}

static enum status
add_headers(struct exchange *x)
{
    const struct http_request *request = x->request;
    struct curl_slist *first = curl_slist_append(NULL, "Expect:");
    enum status status = first == NULL ? STATUS_NO_MEMORY : STATUS_OK;

    x->headers = first;
    for (size_t i = 0; status == STATUS_OK && i < request->header_count; i++)
        status =
            add_header(x, request->headers[i].name, request->headers[i].value);
    if (status == STATUS_OK && request->bearer_token != NULL)
        status = add_bearer(x, request->bearer_token);
    return status;
}

static void
set_options(struct exchange *x)
{
    const struct http_request *request = x->request;
    int64_t timeout =
        request->timeout_ms > 0 ? request->timeout_ms : HTTP_TIMEOUT_MS;
    CURL *easy = x->easy;

    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->detail);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, x->headers);
    if (request->body.len > 0) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.ptr);
        curl_easy_setopt(
            easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    }
    if (request->method != NULL)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    if (request->ca_file != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file);
    if (request->cert_file != NULL)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, request->cert_file);
    if (request->key_file != NULL)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, request->key_file);
}

/* Runs the transfer, watching for an interrupt. */
static enum status
perform(struct exchange *x)
{
    struct curl_waitfd wake = { interrupt_fd(), CURL_WAIT_POLLIN, 0 };
    unsigned extra = wake.fd >= 0 ? 1 : 0;
    int running = 1, queued;
    CURLMsg *done;

    if (curl_multi_add_handle(x->multi, x->easy) != CURLM_OK)
        return STATUS_NO_MEMORY;
    while (running > 0) {
        if (interrupt_pending() != 0)
            return STATUS_CANCELLED;
        if (curl_multi_perform(x->multi, &running) != CURLM_OK)
            return STATUS_IO;
        if (running > 0)
            (void)curl_multi_poll(x->multi, &wake, extra, 1000, NULL);
    }
    done = curl_multi_info_read(x->multi, &queued);
    if (x->refused != STATUS_OK)
        return x->refused;
    return done == NULL ? STATUS_IO : status_of(done->data.result);
}

static enum status
read_answer(struct exchange *x)
{
    const char *type = NULL;
    long status = 0;

    curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(x->easy, CURLINFO_CONTENT_TYPE, &type);
    x->answer.status = (unsigned)status;
    return type == NULL ? STATUS_OK
                        : buf_append_text(&x->answer.content_type, type);
}

static enum status
run(struct exchange *x)
{
    enum status status;

    x->multi = curl_multi_init();
    x->easy = curl_easy_init();
    if (x->multi == NULL || x->easy == NULL)
        return STATUS_NO_MEMORY;
    status = add_headers(x);
    if (status != STATUS_OK)
        return status;
    set_options(x);
    status = perform(x);
    return status == STATUS_OK ? read_answer(x) : status;
}

static void
explain(const struct exchange *x, enum status status, struct buf *problem)
{
    const char *why = status_text(status);

    if (problem == NULL)
        return;
    if (x->refused == STATUS_OK && x->detail[0] != '\0')
        why = x->detail;
    buf_say(problem, "%s: %s", x->request->url, why);
}

static void
finish(struct exchange *x)
{
    if (x->multi != NULL && x->easy != NULL)
        curl_multi_remove_handle(x->multi, x->easy);
    curl_easy_cleanup(x->easy);
    curl_multi_cleanup(x->multi);
    curl_slist_free_all(x->headers);
    http_answer_reset(&x->answer);
}

void
http_answer_reset(struct http_answer *answer)
{
    buf_reset(&answer->content_type);
    buf_reset(&answer->body);
    answer->status = 0;
}

enum status
http_send(const struct http_request *request, struct http_answer *answer,
    struct buf *problem)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct exchange x = { .request = request };
    enum status status;

    pthread_once(&once, init_curl);
    status = run(&x);
    if (status == STATUS_OK) {
        http_answer_reset(answer);
        buf_take(&answer->content_type, &x.answer.content_type);
        buf_take(&answer->body, &x.answer.body);
        answer->status = x.answer.status;
    } else {
        explain(&x, status, problem);
    }
    finish(&x);
    return status;
}
