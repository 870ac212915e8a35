/* SPDX-License-Identifier: Apache-2.0 */
/* Rules in their order, and the documents that they come in. Holds one
 * reference of each. An empty list is { 0 }. Not shared between threads. */
#ifndef FAULT_RULE_LIST_H
#define FAULT_RULE_LIST_H

#include "fault/rule_table.h"

struct fault_rule_list {
    struct fault_rule *items[FAULT_RULES_MAX];
    size_t count;
};

/* Its rules are withdrawn and dropped. */
void fault_rule_list_reset(struct fault_rule_list *list);
void fault_rule_list_remove(struct fault_rule_list *list, size_t at);

/* Appends what `from` holds, which fits; leaves `from` empty. */
void fault_rule_list_move(
    struct fault_rule_list *to, struct fault_rule_list *from);

bool fault_rule_list_find(
    const struct fault_rule_list *list, struct span name, size_t *at);

/* Reads a document of one of its three forms into an empty list. *seed is set
 * where it holds one. */
MUST_USE enum status fault_rule_list_read(const struct fault_meaning *meaning,
    void *context, struct span document, struct fault_rule_list *out,
    int64_t *seed, struct buf *problem);

/* Gives unnamed rules their names, beside those in `taken` to which they are
 * to be added; appends all names as a JSON list. STATUS_EXISTS, STATUS_FULL. */
MUST_USE enum status fault_rule_list_name(struct fault_rule_list *list,
    const struct fault_rule_list *taken, struct buf *names,
    struct buf *problem);

#endif
