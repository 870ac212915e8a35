/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "soak/caller_parts.h"

enum { BLOB_AT = 1 }; /* behind the plugin's version */

static enum status
direct_body(const struct caller_kept *kept, struct buf *body)
{
    struct json_writer w = json_writer_to(body);
    json_write_object_begin(&w);
    json_write_key_base64(
        &w, "CiphertextBlob", span_skip(buf_span(&kept->ciphertext), BLOB_AT));
    json_write_object_end(&w);
    return json_writer_end(&w);
}

static enum status
read_plaintext(struct span answer, struct buf *plaintext)
{
    struct json_doc *doc = NULL;
    enum status st = json_parse(answer, &doc, NULL);
    if (st == STATUS_OK)
        st = base64_decode(
            json_get_string(json_member(json_root(doc), "Plaintext")),
            plaintext);
    json_doc_free(doc);
    return st;
}

enum caller_verdict
caller_direct(struct caller *caller, struct buf *why)
{
    const struct caller_kept *kept = caller_pick(caller);
    struct buf body = { 0 }, answer = { 0 }, plaintext = { 0 };
    enum caller_verdict verdict = CALLER_GOOD;
    if (kept == NULL)
        return CALLER_GOOD;
    buf_clear(why);
    enum status st = direct_body(kept, &body);
    if (st == STATUS_OK)
        st =
            kms_call(&caller->direct, "Decrypt", buf_span(&body), &answer, why);
    if (st == STATUS_OK)
        st = read_plaintext(buf_span(&answer), &plaintext);
    if (st == STATUS_CANCELLED)
        verdict = CALLER_FAILED;
    else if (st != STATUS_OK)
        verdict = CALLER_WRONG;
    else if (!span_equal(buf_span(&plaintext), buf_span(&kept->plaintext)))
        verdict =
            caller_wrong(why, "KMS opened another plaintext than was sealed");
    buf_reset(&body);
    buf_reset(&answer);
    buf_reset(&plaintext);
    return verdict;
}
