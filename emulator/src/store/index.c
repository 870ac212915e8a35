/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include <stdlib.h>

/* Each level holds a quarter of the one below. Balance needs no secrets. */
static unsigned
draw_height(struct index *index)
{
    unsigned height = 1;
    index->draw = index->draw * 6364136223846793005ULL + 1442695040888963407U;
    for (uint64_t bits = index->draw >> 20;
         (bits & 3) == 0 && height < INDEX_HEIGHT_MAX; bits >>= 2)
        height++;
    return height;
}

enum status
index_record_new(struct index *index, struct span path, struct span value,
    struct index_record **out)
{
    unsigned height = draw_height(index);
    size_t head =
        sizeof(struct index_record) + height * sizeof(struct index_record *);
    struct index_record *record = calloc(1, head + path.len + value.len);
    if (record == NULL)
        return STATUS_NO_MEMORY;
    uint8_t *bytes = (uint8_t *)&record->next[height];
    memcpy(bytes, path.ptr, path.len);
    if (value.len > 0)
        memcpy(bytes + path.len, value.ptr, value.len);
    record->path = span_of(bytes, path.len);
    record->value = span_of(bytes + path.len, value.len);
    record->height = height;
    *out = record;
    return STATUS_OK;
}

void
index_record_free(struct index_record *record)
{
    free(record);
}

/*
 * The first record at `path` or after it. links[level] is the pointer on
 * each level that leads past `path`.
 */
static struct index_record *
descend(struct index *index, struct span path,
    struct index_record **links[INDEX_HEIGHT_MAX])
{
    struct index_record **row = index->heads;
    for (unsigned level = INDEX_HEIGHT_MAX; level-- > 0;) {
        while (row[level] != NULL && span_compare(row[level]->path, path) < 0)
            row = row[level]->next;
        links[level] = &row[level];
    }
    return row[0];
}

struct index_record *
index_seek(struct index *index, struct span path)
{
    struct index_record **links[INDEX_HEIGHT_MAX];
    return descend(index, path, links);
}

struct index_record *
index_find(struct index *index, struct span path)
{
    struct index_record *record = index_seek(index, path);
    return record != NULL && span_equal(record->path, path) ? record : NULL;
}

void
index_remove(struct index *index, struct span path)
{
    struct index_record **links[INDEX_HEIGHT_MAX];
    struct index_record *record = descend(index, path, links);
    if (record == NULL || !span_equal(record->path, path))
        return;
    for (unsigned level = 0; level < record->height; level++)
        *links[level] = record->next[level];
    index_record_free(record);
}

void
index_put(struct index *index, struct index_record *record)
{
    struct index_record **links[INDEX_HEIGHT_MAX];
    index_remove(index, record->path);
    (void)descend(index, record->path, links);
    for (unsigned level = 0; level < record->height; level++) {
        record->next[level] = *links[level];
        *links[level] = record;
    }
}

void
index_reset(struct index *index)
{
    struct index_record *record = index->heads[0];
    while (record != NULL) {
        struct index_record *next = record->next[0];
        index_record_free(record);
        record = next;
    }
    *index = (struct index){ .draw = index->draw };
}
