/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of outside into plain structs, by tables: what members an object may
 * have, of which kind each is, and how many rows a list may hold. An unknown
 * member, a missing one, a wrong kind or too much of something is refused with
 * the place where it stands. Text and nodes are borrowed from the document.
 */
#ifndef REPORT_FIELDS_H
#define REPORT_FIELDS_H

#include "base/json.h"

enum field_kind {
    FIELD_TEXT,   /* struct span; null is the empty text */
    FIELD_COUNT,  /* int64_t, from 0; null is FIELD_UNKNOWN */
    FIELD_REAL,   /* double, from 0; null is FIELD_UNKNOWN */
    FIELD_BOOL,   /* bool */
    FIELD_WORD,   /* int: the index of one of `words` */
    FIELD_COUNTS, /* const struct json *: an object of counts, or NULL */
    FIELD_TEXTS,  /* const struct json *: an array of texts, or NULL */
    FIELD_ANY,    /* const struct json *: not looked into */
    FIELD_OBJECT, /* the struct of `type`, in place */
    FIELD_LIST,   /* struct field_list of structs of `type` */
};

enum {
    FIELD_UNKNOWN = -1,
    FIELD_TEXT_MAX = 64 * 1024, /* bytes of one text */
    FIELD_MEMBERS_MAX = 64,     /* of an object of counts, texts of a list */
    FIELD_PROBLEM_MAX = 64,     /* bytes of other people's words in *problem */
};

struct field_list {
    void *rows; /* owned */
    size_t count;
};

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
    bool required; /* else absent is null, false, the first word, no rows */
    const struct field_type *type;
    const char *const *words; /* ends in NULL */
};

struct field_type {
    const struct field *fields; /* ends in one without a name */
    size_t size;                /* of the struct */
    size_t rows_max;            /* in a list of them */
};

/*
 * Fills in *out, a zeroed struct of `type`. On failure *out is zero again and
 * *problem says "steps[3].line: …". STATUS_INVALID, STATUS_TOO_LARGE.
 */
MUST_USE enum status fields_decode(const struct json *object,
    const struct field_type *type, void *out, struct buf *problem);

/* Frees the lists in it and zeroes it. */
void fields_reset(const struct field_type *type, void *out);

#endif
