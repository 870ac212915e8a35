/* SPDX-License-Identifier: Apache-2.0 */
/* What each use of libcurl in the plugin needs, so that it leaves no secrets
 * in freed memory. */
#ifndef FETCH_LIBCURL_H
#define FETCH_LIBCURL_H

#include "base/status.h"

#include <curl/curl.h>
#include <stdbool.h>

/* What libcurl needs from the process, once: a wiping allocator. Any thread;
 * before anything else of libcurl. */
MUST_USE enum status libcurl_init(void);

/* OpenSSL wipes what it decrypted once libcurl has taken it. False where
 * memory is short. */
MUST_USE bool libcurl_wipe_plaintext(CURL *easy);

/*
 * Which authorities are believed: those of the PEM file, or (NULL) the
 * system's, whose file lies elsewhere on each kind of system: a program that
 * is one static file meets all of them. False where memory is short.
 */
MUST_USE bool libcurl_set_ca(CURL *easy, const char *ca_file);

#endif
