/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect_input.h"

#include "base/encode.h"
#include "base/file.h"
#include "node/known.h"

#include <unistd.h>

/* Tools wrap long lines, so blanks do not count. */
static enum status
without_blanks(struct span text, struct buf *out)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < text.len && status == STATUS_OK; i++) {
        if (strchr(" \t\r\n", text.ptr[i]) == NULL || text.ptr[i] == '\0')
            status = buf_append_byte(out, text.ptr[i]);
    }
    return status;
}

static enum status
decode(const struct inspect_input *input, struct span text, struct buf *value,
    struct buf *problem)
{
    struct buf dense = { 0 };
    enum status status;

    if (!input->base64 && !input->hex)
        return buf_append(value, text);
    status = without_blanks(text, &dense);
    if (status == STATUS_OK)
        status = input->base64 ? base64_decode(buf_span(&dense), value)
                               : hex_decode(buf_span(&dense), value);
    if (status == STATUS_INVALID)
        buf_say(problem, "the input is not %s",
            input->base64 ? "base64" : "hexadecimal");
    buf_reset(&dense);
    return status;
}

static enum status
read_file(
    const struct inspect_input *input, struct buf *value, struct buf *problem)
{
    bool standard = strcmp(input->file, "-") == 0;
    struct buf text = { 0 };
    const size_t limit = (size_t)2 * INSPECT_VALUE_MAX;
    enum status status = standard ? file_read_stream(STDIN_FILENO, limit, &text)
                                  : file_read(input->file, limit, &text);

    if (status != STATUS_OK)
        buf_say(problem, "%s: %s", standard ? "standard input" : input->file,
            status_text(status));
    else
        status = decode(input, buf_span(&text), value, problem);
    buf_reset(&text);
    return status;
}

static enum status
read_any(const struct inspect_input *input, struct buf *key, struct buf *value,
    struct buf *problem)
{
    enum status status = STATUS_OK;

    if (input->cluster != NULL)
        return kind_known_stored(
            input->cluster, input->secret, key, value, problem);
    if (input->etcd_key != NULL)
        status = buf_append_text(key, input->etcd_key);
    if (status != STATUS_OK)
        return status;
    return input->etcd.endpoint != NULL
               ? etcd_get(&input->etcd, buf_span(key), value, problem)
               : read_file(input, value, problem);
}

enum status
inspect_input_read(const struct inspect_input *input, struct buf *key,
    struct buf *value, struct buf *problem)
{
    enum status status = read_any(input, key, value, problem);

    if (status == STATUS_OK && value->len > INSPECT_VALUE_MAX) {
        buf_say(problem, "the value is larger than %d bytes",
            (int)INSPECT_VALUE_MAX);
        buf_clear(value);
        return STATUS_TOO_LARGE;
    }
    return status;
}
