/* SPDX-License-Identifier: Apache-2.0 */
#include "k8s/go_base64.h"

#include "base/encode.h"

/* Copies without line ends, and clears the spare bits of the last letter. */
static enum status
normalise_base64(struct span text, struct buf *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum status status = STATUS_OK;
    size_t padding = 0;
    for (size_t i = 0; status == STATUS_OK && i < text.len; i++)
        if (text.ptr[i] != '\r' && text.ptr[i] != '\n')
            status = buf_append_byte(out, text.ptr[i]);
    while (padding < 2 && padding < out->len &&
           out->ptr[out->len - 1 - padding] == '=')
        padding++;
    if (status != STATUS_OK || padding == 0 || padding == out->len)
        return status;
    uint8_t *last = &out->ptr[out->len - 1 - padding];
    const char *at = *last == 0 ? NULL : strchr(alphabet, *last);
    if (at != NULL)
        *last = (uint8_t)
            alphabet[(size_t)(at - alphabet) & (padding == 1 ? ~3u : ~15u)];
    return STATUS_OK;
}

enum status
go_base64_decode(struct span text, struct buf *out)
{
    struct buf plain = { 0 };
    enum status status = normalise_base64(text, &plain);
    if (status == STATUS_OK)
        status = base64_decode(buf_span(&plain), out);
    buf_reset(&plain);
    return status;
}
