/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/transfer.h"

#include "base/version.h"
#include "fetch/libcurl.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

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

static bool
set_place(CURL *easy, const struct endpoint *endpoint, const char *ca_file)
{
    return set_text(easy, CURLOPT_URL, buf_text(&endpoint->url)) &&
           (!endpoint->direct || set_text(easy, CURLOPT_PROXY, "")) &&
           libcurl_set_ca(easy, ca_file);
}

/* Not 0 ends the transfer, as with a name that is not there. */
static int
begin_lookup(void *resolver, void *reserved, void *context)
{
    struct transfer *transfer = context;
    int64_t now_ms = clock_ms(&transfer->clock);
    (void)resolver;
    (void)reserved;
    transfer->held_back = !lookups_begin(transfer->lookups, now_ms);
    if (!transfer->held_back)
        transfer->looked_up_ms = now_ms;
    return transfer->held_back;
}

void
transfer_end_lookup(struct transfer *transfer)
{
    curl_off_t took_us = 0;
    if (transfer->looked_up_ms < 0)
        return;
    (void)curl_easy_getinfo(
        transfer->easy, CURLINFO_NAMELOOKUP_TIME_T, &took_us);
    lookups_end(transfer->lookups, transfer->looked_up_ms,
        clock_ms(&transfer->clock), took_us > 0);
    transfer->looked_up_ms = -1;
}

static bool
set_callbacks(struct transfer *t)
{
    return curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_line) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error) == 0 &&
           curl_easy_setopt(
               t->easy, CURLOPT_RESOLVER_START_FUNCTION, begin_lookup) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_RESOLVER_START_DATA, t) == 0 &&
           curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t) == 0;
}

enum {
    DNS_CACHE_S = 15,
    KEEPALIVE_S = 30,
    UNHEARD_MS = 2000,
};

/* What was sent and is not acknowledged for so long went to a peer that is
 * gone: another attempt is better than silence. One that is only slow does
 * acknowledge. */
static int
expect_acknowledgement(void *context, curl_socket_t fd, curlsocktype purpose)
{
    unsigned ms = UNHEARD_MS;
    (void)context;
    (void)purpose;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
    return CURL_SOCKOPT_OK;
}

/* Names that point elsewhere and peers that are gone are left behind. */
static bool
set_connections(CURL *easy, int64_t max_age_ms)
{
    int64_t max_age_s = (max_age_ms + 999) / 1000;
    return set_long(easy, CURLOPT_MAXLIFETIME_CONN, (long)max_age_s) &&
           set_long(easy, CURLOPT_MAXAGE_CONN, (long)max_age_s) &&
           set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, DNS_CACHE_S) &&
           set_long(easy, CURLOPT_TCP_KEEPALIVE, 1) &&
           set_long(easy, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_S) &&
           set_long(easy, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_S) &&
           curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION,
               expect_acknowledgement) == CURLE_OK;
}

enum status
transfer_new(const struct endpoint *endpoint,
    const struct transfer_options *options, struct transfer **out)
{
    char user_agent[128];
    struct transfer *transfer = calloc(1, sizeof(*transfer));
    if (transfer == NULL)
        return STATUS_NO_MEMORY;
    transfer->easy = curl_easy_init();
    transfer->lookups = options->lookups;
    transfer->clock = clock_monotonic();
    transfer->looked_up_ms = -1;
    (void)snprintf(
        user_agent, sizeof(user_agent), "aws-kms-plugin/%s", project_version);
    /* Setting an option that libcurl knows fails for lack of memory only. */
    if (transfer->easy == NULL || !set_behaviour(transfer->easy) ||
        !set_connections(transfer->easy, options->connection_max_age_ms) ||
        !set_place(transfer->easy, endpoint, options->ca_file) ||
        !libcurl_wipe_plaintext(transfer->easy) ||
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
    credentials_set_reset(&transfer->credentials);
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
transfer_set(struct transfer *transfer, const struct transfer_input *input)
{
    CURL *easy = transfer->easy;
    struct span body = input->body;
    if (!set_long(easy, CURLOPT_POSTFIELDSIZE, (long)body.len) ||
        !set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)input->connect_ms) ||
        !set_long(easy, CURLOPT_FRESH_CONNECT, input->fresh) ||
        !set_long(easy, CURLOPT_CA_CACHE_TIMEOUT, (long)input->ca_max_age_s) ||
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
        { CURLE_WEIRD_SERVER_REPLY, KMS_FAILURE_BAD_ANSWER },
        { CURLE_UNSUPPORTED_PROTOCOL, KMS_FAILURE_BAD_ANSWER }, /* HTTP/0.9 */
        { CURLE_BAD_CONTENT_ENCODING, KMS_FAILURE_BAD_ANSWER },
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i].code == code)
            return others[i].failure;
    return KMS_FAILURE_TRANSPORT;
}

static bool
is_of_tls(CURLcode code)
{
    static const CURLcode codes[] = { CURLE_PEER_FAILED_VERIFICATION,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (codes[i] == code)
            return true;
    return false;
}

void
transfer_read(struct transfer *transfer, CURLcode code,
    enum kms_operation operation, struct kms_result *result)
{
    long http_status = 0;
    (void)curl_easy_getinfo(
        transfer->easy, CURLINFO_RESPONSE_CODE, &http_status);
    if (code == CURLE_OK || transfer->answer.too_large) {
        transfer->answered = true;
        answer_read(
            &transfer->answer, operation, (unsigned)http_status, result);
        return;
    }
    transfer->timed_out = code == CURLE_OPERATION_TIMEDOUT;
    transfer->is_hopeless = is_of_tls(code);
    const char *words = curl_easy_strerror(code);
    if (transfer->held_back)
        words = "the name was not looked up: the resolver does not answer";
    else if (transfer->error[0] != 0)
        words = transfer->error;
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
    credentials_set_reset(&transfer->credentials);
    transfer->error[0] = 0;
    transfer->answered = transfer->timed_out = transfer->is_hopeless = false;
    transfer->held_back = false;
    transfer->owner = NULL;
}
