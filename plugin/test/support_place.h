/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of its own for a test, and a path of a socket in it. */
#ifndef TEST_SUPPORT_PLACE_H
#define TEST_SUPPORT_PLACE_H

#include "socket/unix_socket.h"
#include "test/check.h"

struct place {
    char folder[64];
    char path[96];
};

int support_place_make(void **state);
int support_place_remove(void **state);
#define IN_PLACE(test)                                                         \
    cmocka_unit_test_setup_teardown(                                           \
        test, support_place_make, support_place_remove)

bool support_is_socket(const char *path);

/* A socket bound there by somebody else. */
int support_bind_foreign(const char *path);

/* A connection to it, or -1. */
int support_try_connect(const char *path);

/* unix_socket_new with nothing but an address. */
enum status support_open_at(const char *address, struct unix_socket **out);

#endif
