/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/libcurl.h"

#include "base/compiler.h"
#include "base/wipe.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_code;

static void
init_once(void)
{
    global_code = curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc,
        wipe_free, wipe_realloc, wipe_strdup, wipe_calloc);
}

enum status
libcurl_init(void)
{
    (void)pthread_once(&global_once, init_once);
    return global_code == CURLE_OK ? STATUS_OK : STATUS_INTERNAL;
}

static CURLcode
wipe_plaintext(CURL *easy, void *tls, void *context)
{
    (void)easy;
    (void)context;
    (void)SSL_CTX_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT);
    return CURLE_OK;
}

/* A libcurl on another TLS library has a context of another kind. */
bool
libcurl_wipe_plaintext(CURL *easy)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    bool is_openssl = info->ssl_version != NULL &&
                      strncmp(info->ssl_version, "OpenSSL/", 8) == 0;
    return !is_openssl || curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION,
                              wipe_plaintext) == CURLE_OK;
}

/* NULL: at none of the usual places. */
static const char *
system_ca_file(void)
{
    static const char *const places[] = {
        "/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu, Alpine, Arch */
        "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora, RHEL, Amazon Linux */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* RHEL 10 */
        "/etc/ssl/ca-bundle.pem",                            /* SUSE */
        "/etc/ssl/cert.pem",                                 /* BSD, Alpine */
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (access(places[i], R_OK) == 0)
            return places[i];
    return NULL;
}

bool
libcurl_set_ca(CURL *easy, const char *ca_file)
{
    if (ca_file == NULL)
        ca_file = system_ca_file();
    /* libcurl's own place is one that its builder knew of. */
    return ca_file == NULL ||
           curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) == CURLE_OK;
}
