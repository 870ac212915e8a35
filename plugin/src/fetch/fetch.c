/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/fetch.h"

#include "base/version.h"
#include "fetch/libcurl.h"

#include <stdio.h>

enum { TURN_MS = 1000 }; /* libcurl's own timers are looked at as often */

void
fetch_answer_reset(struct fetch_answer *answer)
{
    buf_reset(&answer->body);
    *answer = (struct fetch_answer){ 0 };
}

/* What one request needs of libcurl. */
struct wire {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    enum status body_status;
    char error[CURL_ERROR_SIZE];
};

static void
wire_reset(struct wire *wire)
{
    if (wire->multi != NULL && wire->easy != NULL)
        (void)curl_multi_remove_handle(wire->multi, wire->easy);
    curl_easy_cleanup(wire->easy);
    (void)curl_multi_cleanup(wire->multi);
    curl_slist_free_all(wire->headers);
    buf_reset(&wire->body);
}

/* Taking less than was given makes libcurl end the transfer. */
static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct wire *wire = context;
    struct span part = span_of(bytes, size * count);
    wire->body_status = part.len > FETCH_BODY_MAX - wire->body.len
                            ? STATUS_TOO_LARGE
                            : buf_append(&wire->body, part);
    return wire->body_status == STATUS_OK ? part.len : 0;
}

static bool
set_long(CURL *easy, CURLoption option, int64_t value)
{
    return curl_easy_setopt(easy, option, (long)value) == CURLE_OK;
}

static bool
set_text(CURL *easy, CURLoption option, const char *text)
{
    return curl_easy_setopt(easy, option, text) == CURLE_OK;
}

/* Setting an option that libcurl knows fails for lack of memory only. */
static bool
set_behaviour(struct wire *wire)
{
    char user_agent[128];
    CURL *easy = wire->easy;
    (void)snprintf(
        user_agent, sizeof(user_agent), "aws-kms-plugin/%s", project_version);
    return set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
           set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
           set_long(easy, CURLOPT_FOLLOWLOCATION, 0) &&
           set_long(easy, CURLOPT_NOSIGNAL, 1) &&
           /* Or ending it would wait for the resolver's thread. */
           set_long(easy, CURLOPT_QUICK_EXIT, 1) &&
           set_text(easy, CURLOPT_USERAGENT, user_agent) &&
           libcurl_wipe_plaintext(easy) &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) == 0 &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, wire) == 0 &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, wire->error) == 0;
}

static bool
set_place(CURL *easy, const struct fetch_request *request)
{
    int64_t connect_ms =
        request->connect_ms > 0 ? request->connect_ms : request->timeout_ms;
    return set_text(easy, CURLOPT_URL, request->url) &&
           (!request->direct || set_text(easy, CURLOPT_PROXY, "")) &&
           libcurl_set_ca(easy, request->ca_file) &&
           set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) &&
           set_long(easy, CURLOPT_TIMEOUT_MS, request->timeout_ms);
}

/* A GET has no body; any other method sends one, though it be empty. */
static bool
set_body(CURL *easy, const struct fetch_request *request)
{
    if (strcmp(request->method, "GET") == 0)
        return true;
    return curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
               request->body.len > 0 ? (const char *)request->body.ptr : "") ==
               CURLE_OK &&
           set_long(easy, CURLOPT_POSTFIELDSIZE, (int64_t)request->body.len) &&
           set_text(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static enum status
add_line(struct wire *wire, const char *line)
{
    struct curl_slist *longer = curl_slist_append(wire->headers, line);
    if (longer == NULL)
        return STATUS_NO_MEMORY;
    wire->headers = longer;
    return STATUS_OK;
}

static enum status
add_header(struct wire *wire, const struct fetch_header *header)
{
    struct buf line = { 0 };
    for (size_t i = 0; i < header->value.len; i++)
        if (header->value.ptr[i] < ' ' || header->value.ptr[i] == 0x7f)
            return STATUS_INVALID;
    enum status st = buf_printf(&line, "%s: ", header->name);
    if (st == STATUS_OK)
        st = buf_append(&line, header->value);
    if (st == STATUS_OK)
        st = add_line(wire, buf_text(&line));
    buf_reset(&line);
    return st;
}

/* A name with a bare colon stops libcurl from sending that header. */
static enum status
set_headers(struct wire *wire, const struct fetch_request *request)
{
    bool has_type = false;
    enum status st = add_line(wire, "Expect:");
    for (size_t i = 0; i < request->header_count && st == STATUS_OK; i++) {
        st = add_header(wire, &request->headers[i]);
        has_type |= strcmp(request->headers[i].name, "Content-Type") == 0;
    }
    if (st == STATUS_OK && !has_type)
        st = add_line(wire, "Content-Type:");
    if (st == STATUS_OK && curl_easy_setopt(wire->easy, CURLOPT_HTTPHEADER,
                               wire->headers) != CURLE_OK)
        st = STATUS_NO_MEMORY;
    return st;
}

static enum status
wire_set(struct wire *wire, const struct fetch_request *request)
{
    wire->easy = curl_easy_init();
    wire->multi = curl_multi_init();
    if (wire->easy == NULL || wire->multi == NULL || !set_behaviour(wire) ||
        !set_place(wire->easy, request) || !set_body(wire->easy, request))
        return STATUS_NO_MEMORY;
    enum status st = set_headers(wire, request);
    if (st == STATUS_OK &&
        curl_multi_add_handle(wire->multi, wire->easy) != CURLM_OK)
        st = STATUS_NO_MEMORY;
    return st;
}

/* Runs it to its end; STATUS_CANCELLED when it was told to stop before. */
static enum status
wire_run(struct wire *wire, int stop_fd, CURLcode *code)
{
    struct curl_waitfd stop = { .fd = stop_fd, .events = CURL_WAIT_POLLIN };
    for (int running = 1, left;;) {
        if (curl_multi_perform(wire->multi, &running) != CURLM_OK)
            return STATUS_INTERNAL;
        CURLMsg *message = curl_multi_info_read(wire->multi, &left);
        if (message != NULL) {
            *code = message->data.result;
            return STATUS_OK;
        }
        if (curl_multi_poll(wire->multi, &stop, stop_fd >= 0 ? 1 : 0, TURN_MS,
                NULL) != CURLM_OK)
            return STATUS_INTERNAL;
        if ((stop.revents & CURL_WAIT_POLLIN) != 0)
            return STATUS_CANCELLED;
    }
}

static enum status
status_of_code(CURLcode code)
{
    static const struct {
        CURLcode code;
        enum status status;
    } others[] = {
        { CURLE_OK, STATUS_OK },
        { CURLE_OUT_OF_MEMORY, STATUS_NO_MEMORY },
        { CURLE_OPERATION_TIMEDOUT, STATUS_TIMEOUT },
        { CURLE_URL_MALFORMAT, STATUS_INVALID },
        { CURLE_UNSUPPORTED_PROTOCOL, STATUS_INVALID },
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i].code == code)
            return others[i].status;
    return STATUS_UNAVAILABLE;
}

/* 0 where there is none, or no time. */
static int64_t
read_date_ms(CURL *easy)
{
    struct curl_header *date = NULL;
    if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK)
        return 0;
    time_t seconds = curl_getdate(date->value, NULL);
    return seconds > 0 ? (int64_t)seconds * 1000 : 0;
}

static enum status
wire_read(struct wire *wire, CURLcode code, struct fetch_answer *answer,
    struct buf *problem)
{
    long http_status = 0;
    if (wire->body_status != STATUS_OK) {
        buf_say(problem, "its answer is larger than %d bytes", FETCH_BODY_MAX);
        return wire->body_status;
    }
    enum status st = status_of_code(code);
    if (st != STATUS_OK) {
        buf_say(problem, "%s",
            wire->error[0] != 0 ? wire->error : curl_easy_strerror(code));
        return st;
    }
    (void)curl_easy_getinfo(wire->easy, CURLINFO_RESPONSE_CODE, &http_status);
    buf_take(&answer->body, &wire->body);
    answer->http_status = (unsigned)http_status;
    answer->date_ms = read_date_ms(wire->easy);
    return STATUS_OK;
}

enum status
fetch(const struct fetch_request *request, struct fetch_answer *answer,
    struct buf *problem)
{
    struct wire wire = { 0 };
    CURLcode code = CURLE_OK;
    enum status st = libcurl_init();
    if (st == STATUS_OK)
        st = wire_set(&wire, request);
    if (st == STATUS_OK)
        st = wire_run(&wire, request->stop_fd, &code);
    if (st == STATUS_OK)
        st = wire_read(&wire, code, answer, problem);
    else
        buf_say(problem, "%s", status_text(st));
    wire_reset(&wire);
    return st;
}
