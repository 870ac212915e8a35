/* SPDX-License-Identifier: Apache-2.0 */
/* What kmslab kind up prints: for a person and a shell, or one line of JSON. */
#ifndef KIND_COMMANDS_UP_REPORT_H
#define KIND_COMMANDS_UP_REPORT_H

#include "kind/record.h"
#include "node/proof.h"

struct kind_up_report {
    const struct kind_record *record;
    const struct kind_proof *proof; /* NULL: there is no plugin to prove */
    int64_t took_ms;
};

/* Appends text that a shell can read: exports, the rest as comments. */
MUST_USE enum status kind_up_report_text(
    const struct kind_up_report *report, struct buf *out);

/* Appends {"cluster": the record, "proof": {"prefix", "bytes"}, "took_ms"}. */
MUST_USE enum status kind_up_report_json(
    const struct kind_up_report *report, struct buf *out);

#endif
