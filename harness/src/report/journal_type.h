/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of report_journal.c: which members a journal has. */
#ifndef REPORT_JOURNAL_TYPE_H
#define REPORT_JOURNAL_TYPE_H

#include "report/fields.h"

extern const struct field_type journal_type;

#endif
