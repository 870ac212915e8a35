/* SPDX-License-Identifier: Apache-2.0 */
#include "metadata/tokens.h"

#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/random.h"

_Static_assert((int)TOKENS_KEY_LEN == (int)SIGV4_MAC_LEN, "a key of the MAC");

enum status
tokens_init(struct tokens *tokens)
{
    struct random random = random_system();

    return random_fill(&random, tokens->key, sizeof(tokens->key));
}

enum status
tokens_issue(const struct tokens *tokens, const char *purpose,
    int64_t expires_ms, struct buf *out)
{
    struct buf text = { 0 }, mac = { 0 };
    enum status status =
        buf_printf(&text, "%s %lld", purpose, (long long)expires_ms);

    if (status == STATUS_OK)
        status = sigv4_signature(tokens->key, buf_span(&text), &mac);
    if (status == STATUS_OK)
        status =
            buf_printf(out, "%lld-%s", (long long)expires_ms, buf_text(&mac));
    buf_reset(&text);
    buf_reset(&mac);
    return status;
}

bool
tokens_good(const struct tokens *tokens, const char *purpose, const char *text)
{
    struct clock clock = clock_wall();
    struct buf wanted = { 0 };
    struct span end, mac;
    int64_t expires_ms;
    bool good;

    if (text == NULL || !span_cut(span_text(text), '-', &end, &mac) ||
        num_parse(end, 0, INT64_MAX, &expires_ms) != STATUS_OK ||
        expires_ms <= clock_ms(&clock))
        return false;
    good = tokens_issue(tokens, purpose, expires_ms, &wanted) == STATUS_OK &&
           span_equal_secret(span_text(text), buf_span(&wanted));
    buf_reset(&wanted);
    return good;
}
