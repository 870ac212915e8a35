/* SPDX-License-Identifier: Apache-2.0 */
/* What the plain reader takes is JSON, and holds what json_parse finds. */
#include "base/compiler.h"
#include "base/json.h"
#include "base/json_flat.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct json_flat_member members[] = { { .key = "KeyId" },
        { .key = "Plaintext" }, { .key = "" } };
    struct span text = span_of(bytes, len);
    struct json_doc *doc = NULL;
    if (!json_flat_read(text, members, ARRAY_LEN(members)))
        return 0;
    FUZZ_CHECK(json_parse(text, &doc, NULL) == STATUS_OK);
    const struct json *root = json_root(doc);
    FUZZ_CHECK(json_kind(root) == JSON_KIND_OBJECT);
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        FUZZ_CHECK(span_equal(members[i].value,
            json_get_string(json_member(root, members[i].key))));
    json_doc_free(doc);
    return 0;
}
