/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an e2e scenario claims, each claim on a line of its own on stdout while
 * it runs. The first that does not hold ends the scenario: a status other
 * than STATUS_OK, and one line in *problem.
 */
#ifndef E2E_CHECK_H
#define E2E_CHECK_H

#include "e2e/lab.h"

/* Says that a step held: "# FORMAT". */
void check_note(const char *format, ...) PRINTF_LIKE(1, 2);

/* Creates a Secret whose value is derived from its name. */
MUST_USE enum status check_create(
    struct lab *lab, const char *name, struct buf *problem);

/* It reads back through kube-apiserver with that value. */
MUST_USE enum status check_reads(
    struct lab *lab, const char *name, struct buf *problem);

/*
 * etcd's value of it starts with `prefix` and, unless that is
 * check_plain_prefix, holds the Secret's value nowhere.
 */
MUST_USE enum status check_stored(
    struct lab *lab, const char *name, const char *prefix, struct buf *problem);

/* Reads it and writes it back unchanged; whether that rewrote it. */
MUST_USE enum status check_rewrite(
    struct lab *lab, const char *name, bool expected, struct buf *problem);

/* Appends the value of a Secret of that name. */
MUST_USE enum status check_value_of(const char *name, struct buf *value);

/* The key of that value in the Secret's data. */
#define CHECK_DATA_KEY "password"

/* What a value that no provider sealed starts with. */
extern const char check_plain_prefix[];

#endif
