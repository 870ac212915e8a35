/* SPDX-License-Identifier: Apache-2.0 */
/* What is added to a manifest is taken away again to the byte, and what cannot
 * be changed safely is refused with a line. */
#include "encrypt/apiserver_manifest.h"
#include "fuzz/fuzz.h"

static const struct apiserver_encryption wanted = {
    .config = "/etc/kmslab/enc/encryption.yaml",
    .config_folder = "/etc/kmslab/enc",
    .socket_folder = "/var/lib/kmslab/socket",
    .kms_v1 = true,
    .mark = "1",
};

static void
check_refusal(enum status st, const struct buf *out, const struct buf *problem)
{
    FUZZ_CHECK(st == STATUS_UNSUPPORTED || st == STATUS_EXISTS ||
               st == STATUS_TOO_LARGE || st == STATUS_INVALID);
    FUZZ_CHECK(out->len == 0);
    FUZZ_CHECK(
        problem->len > 0 || st == STATUS_TOO_LARGE || st == STATUS_INVALID);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span text = span_of(bytes, len);
    struct buf bare = { 0 }, added = { 0 }, back = { 0 }, problem = { 0 };
    struct apiserver_facts facts = { 0 };
    enum status st = apiserver_manifest_add(text, &wanted, &added, &problem);

    if (st != STATUS_OK) {
        check_refusal(st, &added, &problem);
    } else {
        FUZZ_CHECK(apiserver_manifest_read(
                       buf_span(&added), &facts, &problem) == STATUS_OK);
        FUZZ_CHECK(span_equal_text(buf_span(&facts.config), wanted.config));
        FUZZ_CHECK(span_equal_text(buf_span(&facts.mark), wanted.mark));
        FUZZ_CHECK(apiserver_manifest_remove(text, &wanted, &bare, &problem) ==
                   STATUS_OK);
        FUZZ_CHECK(apiserver_manifest_remove(buf_span(&added), &wanted, &back,
                       &problem) == STATUS_OK);
        FUZZ_CHECK(span_equal(buf_span(&bare), buf_span(&back)));
    }
    apiserver_facts_reset(&facts);
    buf_reset(&bare);
    buf_reset(&added);
    buf_reset(&back);
    buf_reset(&problem);
    return 0;
}
