/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile JSON is refused or becomes a tree that can be walked. */
#include "base/json.h"
#include "fuzz/fuzz.h"

static size_t
walk(const struct json *node)
{
    size_t seen = 1 + json_get_string(node).len;
    if (json_kind(node) == JSON_KIND_ARRAY)
        for (size_t i = 0; i < json_count(node); i++)
            seen += walk(json_at(node, i));
    if (json_kind(node) == JSON_KIND_OBJECT)
        for (void *it = json_first(node); it != NULL; it = json_next(node, it))
            seen += walk(json_iterator_value(it));
    return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct json_doc *loose = NULL, *strict = NULL;
    int line = 0;
    enum status st = json_parse(span_of(bytes, len), &loose, &line);
    if (st == STATUS_OK)
        FUZZ_CHECK(walk(json_root(loose)) > 0);
    else
        FUZZ_CHECK(loose == NULL);
    if (json_parse_strict(span_of(bytes, len), &strict, &line) == STATUS_OK)
        FUZZ_CHECK(st == STATUS_OK);
    json_doc_free(loose);
    json_doc_free(strict);
    return 0;
}
