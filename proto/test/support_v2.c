/* SPDX-License-Identifier: Apache-2.0 */
#include "support_v2.h"

#include "test/check.h"

#include <stdlib.h>

static struct kms_v2 *
new_provider(struct support_v2 *b)
{
    struct kms_v2 *kms = NULL;
    struct kms_v2_options options = {
        .name = SPAN_LITERAL("p"),
        .timeout_ms = 3000,
        .service = support_kms_v2(&b->fake),
        .clock = clock_manual(&b->time),
        .random = random_system(),
    };
    assert_ok(kms_v2_new(&options, &kms));
    return kms;
}

int
support_v2_setup(void **state)
{
    struct support_v2 *b = calloc(1, sizeof(*b));
    assert_non_null(b);
    support_kms_init(&b->fake);
    b->time.now_ms = SUPPORT_V2_START;
    b->kms = new_provider(b);
    b->t = kms_v2_transformer(b->kms);
    *state = b;
    return 0;
}

int
support_v2_teardown(void **state)
{
    struct support_v2 *b = *state;
    kms_v2_free(b->kms);
    transform_error_reset(&b->error);
    support_kms_reset(&b->fake);
    free(b);
    return 0;
}

void
support_v2_restart(struct support_v2 *b)
{
    kms_v2_free(b->kms);
    b->kms = new_provider(b);
    b->t = kms_v2_transformer(b->kms);
}

enum status
support_v2_health(struct support_v2 *b)
{
    transform_error_reset(&b->error);
    return kms_v2_health(b->kms, &b->error);
}

enum status
support_v2_seal(struct support_v2 *b, struct buf *stored)
{
    buf_clear(stored);
    transform_error_reset(&b->error);
    return transformer_write(
        &b->t, SUPPORT_V2_KEY, SPAN_LITERAL("text"), stored, &b->error);
}

struct buf
support_v2_sealed(struct support_v2 *b)
{
    struct buf stored = { 0 };
    assert_ok(support_v2_seal(b, &stored));
    return stored;
}

enum status
support_v2_open_at(struct support_v2 *b, struct span key,
    const struct buf *stored, bool *stale)
{
    struct buf plain = { 0 };
    transform_error_reset(&b->error);
    enum status st = transformer_read(
        &b->t, key, buf_span(stored), &plain, stale, &b->error);
    if (st == STATUS_OK)
        assert_span_text(buf_span(&plain), "text");
    else
        assert_int_equal(plain.len, 0);
    buf_reset(&plain);
    return st;
}

enum status
support_v2_open(struct support_v2 *b, const struct buf *stored, bool *stale)
{
    return support_v2_open_at(b, SUPPORT_V2_KEY, stored, stale);
}

int64_t
support_v2_expiry(struct support_v2 *b)
{
    struct kms_v2_view view = { 0 };
    assert_ok(kms_v2_look(b->kms, &view));
    int64_t expires_ms = view.expires_ms;
    kms_v2_view_reset(&view);
    return expires_ms;
}
