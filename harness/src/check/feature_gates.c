/* SPDX-License-Identifier: Apache-2.0 */
#include "check/feature_gates.h"

static enum status
parse_gate(struct span gate, bool *kms_v1)
{
    struct span name, value;

    if (!span_cut(gate, '=', &name, &value) || name.len == 0)
        return STATUS_INVALID;
    bool on = span_equal_text(value, "true");
    if (!on && !span_equal_text(value, "false"))
        return STATUS_INVALID;
    if (span_equal_text(name, "KMSv1"))
        *kms_v1 = on;
    return STATUS_OK;
}

enum status
feature_gates_parse(struct span text, bool *kms_v1)
{
    bool made = *kms_v1;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && text.len > 0) {
        struct span gate = text;
        if (!span_cut(text, ',', &gate, &text))
            text = (struct span){ NULL, 0 };
        status = parse_gate(span_trim(gate), &made);
    }
    if (status == STATUS_OK)
        *kms_v1 = made;
    return status;
}
