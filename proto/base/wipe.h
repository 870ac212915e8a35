/* SPDX-License-Identifier: Apache-2.0 */
/*
 * malloc and its family, wiping what they free: for libraries that take an
 * allocator (jansson, libcurl, protobuf-c) and carry secrets. Blocks are freed
 * by wipe_free only. Thread-safe.
 */
#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

void *wipe_malloc(size_t size);
void *wipe_calloc(size_t count, size_t size);
void *wipe_realloc(void *ptr, size_t size);
char *wipe_strdup(const char *text);
void wipe_free(void *ptr);

#endif
