/* SPDX-License-Identifier: Apache-2.0 */
/* An environment without AWS's variables and a home of its own. */
#ifndef TEST_SUPPORT_CREDENTIALS_H
#define TEST_SUPPORT_CREDENTIALS_H

#include "credentials/plan.h"

/* For cmocka: *state is not used. Instance metadata are disabled. */
int home_set_up(void **state);
int home_tear_down(void **state); /* removes the folder with all in it */

/* Static: gone with the next call. */
const char *home_path(const char *name);

/* Folders on the way are made. */
void home_write(const char *name, const char *text);
void home_write_config(const char *text);
void home_write_credentials(const char *text);

/* What the environment and the files ask for now; the caller resets *plan. */
enum status home_plan(struct plan *plan, struct buf *problem);

/* A failure that says these words and none of the secrets ("hush"). */
void assert_problem(struct buf *problem, const char *words);

#define WITH_HOME(test)                                                        \
    cmocka_unit_test_setup_teardown(test, home_set_up, home_tear_down)

#endif
