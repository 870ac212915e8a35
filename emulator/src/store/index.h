/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records in memory, ordered by path: a skip list. Its user locks it.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "base/buf.h"

enum { INDEX_HEIGHT_MAX = 20 };

struct index_record {
    struct span path, value; /* owned, in one piece with the record */
    uint64_t version;
    unsigned height;
    struct index_record *next[];
};

struct index {
    struct index_record *heads[INDEX_HEIGHT_MAX];
    uint64_t draw; /* for the heights */
};

/* A record not yet in the index; its version is the caller's to set. */
MUST_USE enum status index_record_new(struct index *index, struct span path,
    struct span value, struct index_record **out);
void index_record_free(struct index_record *record);

/* NULL where there is none. */
struct index_record *index_find(struct index *index, struct span path);

/* The first record at `path` or after it; go on with record->next[0]. */
struct index_record *index_seek(struct index *index, struct span path);

/* Takes the record; one of the same path is freed. */
void index_put(struct index *index, struct index_record *record);

/* Removes and frees; no effect where there is none. */
void index_remove(struct index *index, struct span path);

/* Frees all records. */
void index_reset(struct index *index);

#endif
