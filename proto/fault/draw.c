/* SPDX-License-Identifier: Apache-2.0 */
#include "fault/draw.h"

/* FNV-1a reads the parts, each with its length; SplitMix64's finaliser spreads
 * what comes out. */
#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)
#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)

static uint64_t
spread(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t
take_number(uint64_t hash, uint64_t number)
{
    for (unsigned i = 0; i < sizeof(number); i++) {
        hash = (hash ^ (number & 0xff)) * FNV_PRIME;
        number >>= 8;
    }
    return hash;
}

static uint64_t
take_bytes(uint64_t hash, struct span bytes)
{
    hash = take_number(hash, bytes.len);
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.ptr[i]) * FNV_PRIME;
    return hash;
}

struct fault_draw
fault_draw_of(
    uint64_t seed, struct span rule, struct span scope, uint64_t ordinal)
{
    uint64_t hash = take_number(FNV_START, seed);
    hash = take_bytes(hash, rule);
    hash = take_bytes(hash, scope);
    return (struct fault_draw){ spread(take_number(hash, ordinal)) };
}

double
fault_draw_unit(const struct fault_draw *draw, uint64_t nth)
{
    uint64_t bits = spread(draw->key + (nth + 1) * GOLDEN);
    return (double)(bits >> 11) * 0x1p-53;
}
