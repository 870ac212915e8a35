/* SPDX-License-Identifier: Apache-2.0 */
/* Key policies: what is good with the check for a lockout is good without. */
#include "api/policy.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span document = span_of(bytes, len);
    struct span account = SPAN_LITERAL("111122223333");
    enum policy_fault strict = POLICY_GOOD;
    enum policy_fault lenient = POLICY_GOOD;
    FUZZ_CHECK(policy_check(document, account, false, &strict) == STATUS_OK);
    FUZZ_CHECK(policy_check(document, account, true, &lenient) == STATUS_OK);
    FUZZ_CHECK(lenient != POLICY_LOCKOUT);
    FUZZ_CHECK(strict == lenient ||
               (strict == POLICY_LOCKOUT && lenient == POLICY_GOOD));
    return 0;
}
