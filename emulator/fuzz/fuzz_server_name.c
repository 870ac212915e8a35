/* SPDX-License-Identifier: Apache-2.0 */
/* The server_name extension of a ClientHello. */
#include "fuzz/fuzz.h"
#include "net/server_name.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span name = net_server_name(span_of(bytes, len));
    if (name.len > 0)
        FUZZ_CHECK(name.ptr >= bytes && name.len <= len &&
                   name.ptr + name.len <= bytes + len);
    return 0;
}
