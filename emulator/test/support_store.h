/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of stores share. Failures fail the running test. */
#ifndef TEST_SUPPORT_STORE_H
#define TEST_SUPPORT_STORE_H

#include "store/store.h"
#include "test/check.h"

/* A folder of its own under /tmp, and its removal with all files in it. */
char *support_make_folder(void);          /* returns owned */
void support_remove_folder(char *folder); /* takes */

/* account, region, kind, id. */
struct store_key support_key(
    const char *account, const char *region, const char *kind, const char *id);

struct store_change support_put(
    struct store_key key, uint64_t expected_version, const char *value);
struct store_change support_delete(
    struct store_key key, uint64_t expected_version);

/*
 * Commits and waits. A conflict is tried again a few times: the chaos engine
 * makes some up. For changes that must succeed, or must conflict for ever.
 */
enum status support_commit(
    struct store *store, const struct store_change *changes, size_t count);

/* The version of a record, after checking its value (NULL: not there). */
uint64_t support_expect(
    struct store *store, struct store_key key, const char *value);

/* Puts a record whatever its version. */
void support_set(struct store *store, struct store_key key, const char *value);

#endif
