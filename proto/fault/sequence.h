/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sequence of terms, "2*fire, pass, slow...": what happens to the first
 * matches of a rule, one term after the other. A term is a name, taken once or
 * N times; "..." after the last one makes it go on for ever. After the end all
 * pass. Plain value; names are indexes that the reader's table gave.
 */
#ifndef FAULT_SEQUENCE_H
#define FAULT_SEQUENCE_H

#include "fault/fields.h"

enum {
    FAULT_SEQUENCE_TERMS = 32,
    FAULT_SEQUENCE_COUNT = 1000000,
    FAULT_SEQUENCE_PASS = -1,
};

struct fault_sequence {
    size_t count; /* terms; 0: there is no sequence */
    struct {
        uint64_t times;
        int action; /* FAULT_SEQUENCE_PASS, or an index of the names */
    } terms[FAULT_SEQUENCE_TERMS];
    bool endless; /* the last term */
};

/* "pass" beside these names. */
MUST_USE enum status fault_sequence_read(const struct fault_place *place,
    struct span text, const struct span *names, size_t name_count,
    struct fault_sequence *out);

/* What happens to the nth match, from 1. */
int fault_sequence_at(const struct fault_sequence *sequence, uint64_t nth);

#endif
