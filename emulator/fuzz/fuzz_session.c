/* SPDX-License-Identifier: Apache-2.0 */
/* Session tokens and web identity tokens: the first byte says which. */
#include "access/jwt.h"
#include "access/session.h"
#include "fuzz/fuzz.h"

static const uint8_t root_key[32] = { 0 };

static void
read_token(struct span token)
{
    static struct session_sealer *sealer;
    struct session session = { .expires_ms = -1 };
    if (sealer == NULL)
        FUZZ_CHECK(session_sealer_new(span_of(root_key, sizeof(root_key)),
                       random_system(), &sealer) == STATUS_OK);
    enum status st = session_open(sealer, token, &session);
    FUZZ_CHECK(st == STATUS_OK || st == STATUS_AUTHENTIC);
    FUZZ_CHECK((st == STATUS_OK) == (session.expires_ms != -1));
}

static void
read_web_identity(struct span token)
{
    struct jwt jwt = { .expires_s = 0 };
    struct buf problem = { 0 };
    enum status st = jwt_read(token, &jwt, &problem);
    FUZZ_CHECK(st == STATUS_OK || st == STATUS_INVALID);
    FUZZ_CHECK((st == STATUS_OK) == (problem.len == 0));
    FUZZ_CHECK((st == STATUS_OK) == (jwt.issuer.len > 0));
    jwt_reset(&jwt);
    buf_reset(&problem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span rest = span_skip(span_of(bytes, len), 1);
    if (len == 0)
        return 0;
    if (bytes[0] == 't')
        read_token(rest);
    else
        read_web_identity(rest);
    return 0;
}
