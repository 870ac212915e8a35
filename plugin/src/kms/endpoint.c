/* SPDX-License-Identifier: Apache-2.0 */
#include "kms/endpoint.h"

#include "aws/partition.h"

#include <curl/curl.h>

/* The parts of an endpoint's URL; each belongs to libcurl. */
struct parts {
    char *scheme, *host, *port, *path;
};

static void
parts_reset(struct parts *parts)
{
    curl_free(parts->scheme);
    curl_free(parts->host);
    curl_free(parts->port);
    curl_free(parts->path);
}

/* An absent part stays NULL. */
static bool
has_part(CURLU *url, CURLUPart what)
{
    char *part = NULL;
    bool has = curl_url_get(url, what, &part, 0) == CURLUE_OK;
    curl_free(part);
    return has;
}

static enum status
read_parts(CURLU *url, const char *text, struct parts *out)
{
    if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK ||
        has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_QUERY) ||
        has_part(url, CURLUPART_FRAGMENT) ||
        curl_url_get(url, CURLUPART_SCHEME, &out->scheme, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_HOST, &out->host, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_PATH, &out->path, 0) != CURLUE_OK)
        return STATUS_INVALID;
    CURLUcode code =
        curl_url_get(url, CURLUPART_PORT, &out->port, CURLU_NO_DEFAULT_PORT);
    if (code != CURLUE_OK && code != CURLUE_NO_PORT)
        return STATUS_INVALID;
    if (strcmp(out->scheme, "http") != 0 && strcmp(out->scheme, "https") != 0)
        return STATUS_INVALID;
    return STATUS_OK;
}

static bool
is_loopback(struct span host)
{
    return span_equal_text(host, "localhost") ||
           span_equal_text(host, "[::1]") ||
           span_ends_with(host, SPAN_LITERAL(".localhost")) ||
           span_starts_with(host, SPAN_LITERAL("127."));
}

static enum status
fill_in(struct endpoint *out, const struct parts *parts)
{
    enum status st = buf_append_text(&out->host, parts->host);
    if (st == STATUS_OK && parts->port != NULL)
        st = buf_printf(&out->host, ":%s", parts->port);
    if (st == STATUS_OK)
        st = buf_append_text(&out->path, parts->path);
    if (st == STATUS_OK)
        st = buf_printf(&out->url, "%s://%s%s", parts->scheme,
            buf_text(&out->host), buf_text(&out->path));
    out->direct = strcmp(parts->scheme, "http") == 0 ||
                  is_loopback(span_text(parts->host));
    return st;
}

static enum status
endpoint_read(struct endpoint *out, const char *text)
{
    struct parts parts = { 0 };
    struct endpoint made = { 0 };
    CURLU *url = curl_url();
    if (url == NULL)
        return STATUS_NO_MEMORY;
    enum status st = read_parts(url, text, &parts);
    if (st == STATUS_OK)
        st = fill_in(&made, &parts);
    if (st == STATUS_OK)
        *out = made;
    else
        endpoint_reset(&made);
    parts_reset(&parts);
    curl_url_cleanup(url);
    return st;
}

enum status
endpoint_init(struct endpoint *out, struct span url, struct span region)
{
    struct buf text = { 0 };
    enum status st = url.len > 0
                         ? buf_append(&text, url)
                         : buf_printf(&text, "https://kms.%.*s.%s",
                               SPAN_ARG(region), partition_of(region)->domain);
    if (st == STATUS_OK && strlen(buf_text(&text)) != text.len)
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        st = endpoint_read(out, buf_text(&text));
    buf_reset(&text);
    return st;
}

void
endpoint_reset(struct endpoint *endpoint)
{
    buf_reset(&endpoint->url);
    buf_reset(&endpoint->host);
    buf_reset(&endpoint->path);
}
