/* SPDX-License-Identifier: Apache-2.0 */
/* A growing list of NUL-terminated texts, owned. Empty: { 0 }. */
#ifndef OPTIONS_TEXT_LIST_H
#define OPTIONS_TEXT_LIST_H

#include "base/buf.h"

struct text_list {
    char **items;
    size_t count;
};

void text_list_reset(struct text_list *list);

/* Appends a copy. STATUS_INVALID for text with a NUL inside. */
MUST_USE enum status text_list_add(struct text_list *list, struct span text);

/*
 * Appends the fields of one CSV record (RFC 4180): commas between, double
 * quotes around a field that holds commas, doubled inside it. Nothing for
 * empty text. STATUS_INVALID for a quote out of place.
 */
MUST_USE enum status text_list_add_csv(
    struct text_list *list, struct span record);

#endif
