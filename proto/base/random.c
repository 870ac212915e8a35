/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <pthread.h>

enum { POOL_SIZE = 512, UUID_LEN = 36 };

struct pool {
    uint8_t bytes[POOL_SIZE];
    size_t left; /* unused bytes, at the end */
};

static _Thread_local struct pool pool;
static pthread_once_t fork_once = PTHREAD_ONCE_INIT;

/* A forked child, which has the forking thread alone, must not repeat what
 * its parent will draw. */
static void
empty_pool(void)
{
    pool.left = 0;
}

static void
watch_forks(void)
{
    (void)pthread_atfork(NULL, NULL, empty_pool);
}

static enum status
pool_refill(void)
{
    (void)pthread_once(&fork_once, watch_forks);
    if (RAND_bytes(pool.bytes, sizeof(pool.bytes)) != 1)
        return STATUS_CRYPTO;
    pool.left = sizeof(pool.bytes);
    return STATUS_OK;
}

static enum status
fill_system(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    if (len > POOL_SIZE / 4)
        return RAND_bytes(bytes, (int)len) == 1 ? STATUS_OK : STATUS_CRYPTO;
    if (pool.left < len) {
        enum status st = pool_refill();
        if (st != STATUS_OK)
            return st;
    }
    uint8_t *from = pool.bytes + sizeof(pool.bytes) - pool.left;
    memcpy(bytes, from, len);
    OPENSSL_cleanse(from, len);
    pool.left -= len;
    return STATUS_OK;
}

struct random
random_system(void)
{
    return (struct random){ fill_system, NULL };
}

static uint64_t
splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static enum status
fill_seeded(void *context, uint8_t *bytes, size_t len)
{
    struct random_seeded *seeded = context;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t word = splitmix64(&seeded->state);
        memcpy(bytes + i, &word, len - i < 8 ? len - i : 8);
    }
    return STATUS_OK;
}

struct random
random_seeded(struct random_seeded *seeded)
{
    return (struct random){ fill_seeded, seeded };
}

enum status
random_uuid(const struct random *random, struct buf *out)
{
    uint8_t b[16];
    enum status st = random_fill(random, b, sizeof(b));
    if (st != STATUS_OK)
        return st;
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    /* By hand: each HTTP request gets one, and printf takes three times as
     * long as all the rest. */
    static const char digits[] = "0123456789abcdef";
    uint8_t text[UUID_LEN], *at = text;
    for (size_t i = 0; i < sizeof(b); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = (uint8_t)digits[b[i] >> 4];
        *at++ = (uint8_t)digits[b[i] & 15];
    }
    return buf_append(out, span_of(text, sizeof(text)));
}
