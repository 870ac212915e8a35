/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/yaml_out.h"

#include "base/json_writer.h"

void
yaml_out_text(struct yaml_out *y, const char *text)
{
    if (y->status == STATUS_OK)
        y->status = buf_append_text(y->out, text);
}

void
yaml_out_format(struct yaml_out *y, const char *format, ...)
{
    va_list args;

    if (y->status != STATUS_OK)
        return;
    va_start(args, format);
    y->status = buf_vprintf(y->out, format, args);
    va_end(args);
}

/* What JSON has in double quotes YAML reads alike. */
void
yaml_out_quoted(struct yaml_out *y, const char *before, struct span text)
{
    yaml_out_text(y, before);
    if (y->status == STATUS_OK)
        y->status = json_writer_append_quoted(y->out, text);
    yaml_out_text(y, "\n");
}
