/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wipe.h"

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Each block is led by its size, so that free can wipe it. */
enum { PREFIX = alignof(max_align_t) };

static size_t
size_of(const void *ptr)
{
    size_t size;

    memcpy(&size, (const uint8_t *)ptr - PREFIX, sizeof(size));
    return size;
}

void *
wipe_malloc(size_t size)
{
    uint8_t *block;

    if (size > SIZE_MAX - PREFIX)
        return NULL;
    block = malloc(size + PREFIX);
    if (block == NULL)
        return NULL;
    memcpy(block, &size, sizeof(size));
    return block + PREFIX;
}

void *
wipe_calloc(size_t count, size_t size)
{
    void *ptr;

    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    ptr = wipe_malloc(count * size);
    if (ptr != NULL)
        memset(ptr, 0, count * size);
    return ptr;
}

void *
wipe_realloc(void *ptr, size_t size)
{
    void *larger = wipe_malloc(size);

    if (larger == NULL || ptr == NULL)
        return larger;
    memcpy(larger, ptr, size_of(ptr) < size ? size_of(ptr) : size);
    wipe_free(ptr);
    return larger;
}

char *
wipe_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = wipe_malloc(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

void
wipe_free(void *ptr)
{
    uint8_t *block;

    if (ptr == NULL)
        return;
    block = (uint8_t *)ptr - PREFIX;
    OPENSSL_cleanse(ptr, size_of(ptr));
    free(block);
}
