/* SPDX-License-Identifier: Apache-2.0 */
/* One KMS v2 provider of an apiserver, its scripted plugin and its time. */
#ifndef TEST_SUPPORT_V2_H
#define TEST_SUPPORT_V2_H

#include "k8s/kms_v2.h"
#include "test/support_kms.h"

#define SUPPORT_V2_KEY SPAN_LITERAL("/registry/secrets/default/s1")
#define SUPPORT_V2_START 1763812800000 /* 2025-11-22T12:00:00Z */

/* Of "key-1" and "key-2". */
#define SUPPORT_V2_HASH_1                                                      \
    "sha256:be2974546978e3739e6d6da85c4be9f334ce32df2b9fd4b6ff1b55c0d57e9d44"
#define SUPPORT_V2_HASH_2                                                      \
    "sha256:7c36b0a9dedde119c75165957c6c9c187e65df1ee5db87c4c58ad503ad88cbe3"

struct support_v2 {
    struct fake_kms fake;
    struct clock_manual time;
    struct kms_v2 *kms;
    struct transformer t;
    struct transform_error error; /* of the last call */
};

/* cmocka's; the state is a struct support_v2 that was not asked for health. */
int support_v2_setup(void **state);
int support_v2_teardown(void **state);

/* The apiserver's process ends and starts again. */
void support_v2_restart(struct support_v2 *b);

enum status support_v2_health(struct support_v2 *b);

/* Replaces *stored by the sealed "text". */
enum status support_v2_seal(struct support_v2 *b, struct buf *stored);
struct buf support_v2_sealed(struct support_v2 *b);

/* Opens, and checks that it was "text" or that nothing came out. */
enum status support_v2_open(
    struct support_v2 *b, const struct buf *stored, bool *stale);
enum status support_v2_open_at(struct support_v2 *b, struct span key,
    const struct buf *stored, bool *stale);

/* Until when the present seed writes. */
int64_t support_v2_expiry(struct support_v2 *b);

#define assert_words(b, words)                                                 \
    assert_string_equal(buf_text(&(b)->error.text), words)

#endif
