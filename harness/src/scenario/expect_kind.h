/* SPDX-License-Identifier: Apache-2.0 */
/* What can be expected, as a table: the words of the files, and their form.
 * How each is found out: scenario/expect.h. */
#ifndef SCENARIO_EXPECT_KIND_H
#define SCENARIO_EXPECT_KIND_H

#include "base/span.h"

enum expect_form {
    EXPECT_WORD,  /* one of `words` */
    EXPECT_TEXT,  /* any text */
    EXPECT_BOUND, /* scenario/bound.h */
};

enum expect_source {
    EXPECT_HEALTH,
    EXPECT_HEALTH_SAYS,
    EXPECT_STATUS,
    EXPECT_STATUS_SAYS,
    EXPECT_KEY_ID,
    EXPECT_PLUGIN_HEALTH,
    EXPECT_METRIC,
    EXPECT_API_READ,
    EXPECT_API_WRITE,
    EXPECT_API_REWRITE,
    EXPECT_API_LIST,
    EXPECT_SAYS,
    EXPECT_ETCD,
    EXPECT_POD,
    EXPECT_KMS_CALLS,
    EXPECT_PLUGIN_CALLS,
    EXPECT_LOAD,
    EXPECT_DETECT,
    EXPECT_RECOVER,
    EXPECT_TOOK,
    EXPECT_PROCESS,
};

struct expect_kind {
    const char *name;  /* as in the files */
    const char *layer; /* as in journals */
    bool mapped;       /* "name: {SUBJECT: WANT}" */
    enum expect_form form;
    const char *words; /* "ok|failed" */
    enum expect_source source;
    const char *argument; /* of the source: a path, a program */
    const char *subjects; /* "errors|requests"; NULL: any */
};

/* NULL where there is none of that name. */
const struct expect_kind *expect_kind_find(struct span name);

/* One of the words of a WORD kind. */
bool expect_kind_takes(const struct expect_kind *kind, struct span word);

/* Whether it can be said of that. */
bool expect_kind_is_of(const struct expect_kind *kind, struct span subject);

/* The kinds by number, for documents and tests; NULL after the last. */
const struct expect_kind *expect_kind_at(size_t index);

#endif
