/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list with which an apiserver that starts fills its watch cache of
 * Secrets: until one is good, its informers are not synced and /readyz is red,
 * whatever the plugin's health. Tries that fail come 0.8 s after each other at
 * first and 30 s at last, as client-go's reflectors make them (which add up to
 * as much again by chance; here there is no chance). Plain value.
 */
#ifndef MODEL_FIRST_LIST_H
#define MODEL_FIRST_LIST_H

#include <stdbool.h>
#include <stdint.h>

struct first_list {
    int64_t began_ms;
    int64_t next_ms; /* the next try */
    int64_t pause_ms;
    bool done;
};

void first_list_begin(struct first_list *list, int64_t now_ms);

/* A try is due. */
bool first_list_due(const struct first_list *list, int64_t now_ms);

/* It was made. */
void first_list_tried(struct first_list *list, int64_t now_ms, bool good);

#endif
