/* SPDX-License-Identifier: Apache-2.0 */
#include "support_place.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status
open_next(const struct place *place, struct unix_socket **out)
{
    const struct unix_socket_options options = { .address = place->path,
        .hand_over = true };
    return unix_socket_new(&options, out);
}

static void
a_live_path_is_taken_over_without_a_gap(void **state)
{
    const struct place *place = *state;
    struct unix_socket *old = NULL, *next = NULL;
    assert_ok(support_open_at(place->path, &old));
    assert_ok(open_next(place, &next));
    assert_true(unix_socket_waits(next));
    struct unix_socket_file file = unix_socket_file(old);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_OURS);
    assert_ok(unix_socket_take_over(next));
    assert_false(unix_socket_waits(next));
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_ANOTHERS);
    file = unix_socket_file(next);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_OURS);
    unix_socket_free(old);
    int fd = support_try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    unix_socket_free(next);
    assert_false(support_is_socket(place->path));
}

static void
a_newcomer_that_gives_up_leaves_the_old_alone(void **state)
{
    const struct place *place = *state;
    struct unix_socket *old = NULL, *next = NULL;
    assert_ok(support_open_at(place->path, &old));
    assert_ok(open_next(place, &next));
    unix_socket_free(next);
    struct unix_socket_file file = unix_socket_file(old);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_OURS);
    unix_socket_free(old);
    assert_int_equal(rmdir(place->folder), 0); /* nothing is left in it */
    assert_int_equal(mkdir(place->folder, 0700), 0);
}

static void
one_newcomer_waits_at_a_time(void **state)
{
    const struct place *place = *state;
    struct unix_socket *old = NULL, *next = NULL, *third = NULL;
    assert_ok(support_open_at(place->path, &old));
    assert_ok(open_next(place, &next));
    assert_int_equal(open_next(place, &third), STATUS_BUSY);
    assert_null(third);
    assert_ok(unix_socket_take_over(next));
    assert_ok(open_next(place, &third));
    assert_true(unix_socket_waits(third));
    unix_socket_free(old);
    unix_socket_free(next);
    assert_ok(unix_socket_take_over(third));
    unix_socket_free(third);
}

static void
what_a_dead_newcomer_left_is_cleared(void **state)
{
    const struct place *place = *state;
    struct unix_socket *old = NULL, *next = NULL;
    char beside[128];
    (void)snprintf(beside, sizeof(beside), "%s/.kms.sock.next", place->folder);
    (void)close(support_bind_foreign(beside));
    assert_ok(support_open_at(place->path, &old));
    assert_ok(open_next(place, &next));
    assert_true(unix_socket_waits(next));
    unix_socket_free(next);
    assert_false(support_is_socket(beside));
    unix_socket_free(old);
}

static void
a_file_that_came_meanwhile_is_not_overwritten(void **state)
{
    const struct place *place = *state;
    struct unix_socket *old = NULL, *next = NULL;
    assert_ok(support_open_at(place->path, &old));
    assert_ok(open_next(place, &next));
    unix_socket_free(old);
    (void)close(open(place->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_int_equal(unix_socket_take_over(next), STATUS_EXISTS);
    assert_true(unix_socket_waits(next));
    unix_socket_free(next);
    assert_false(support_is_socket(place->path));
}

static void
where_nobody_listens_a_hand_over_is_a_start(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    assert_ok(open_next(place, &s));
    assert_false(unix_socket_waits(s));
    assert_ok(unix_socket_take_over(s));
    unix_socket_free(s);
}

static void
the_file_of_a_socket_of_another_s_making_stays(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    int foreign = support_bind_foreign(place->path);
    assert_int_equal(listen(foreign, 1), 0);
    assert_ok(unix_socket_adopt(place->path, foreign, &s));
    assert_true(fcntl(unix_socket_fd(s), F_GETFL) & O_NONBLOCK);
    struct unix_socket_file file = unix_socket_file(s);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_OURS);
    unix_socket_free(s);
    assert_true(support_is_socket(place->path));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_live_path_is_taken_over_without_a_gap),
        IN_PLACE(a_newcomer_that_gives_up_leaves_the_old_alone),
        IN_PLACE(one_newcomer_waits_at_a_time),
        IN_PLACE(what_a_dead_newcomer_left_is_cleared),
        IN_PLACE(a_file_that_came_meanwhile_is_not_overwritten),
        IN_PLACE(where_nobody_listens_a_hand_over_is_a_start),
        IN_PLACE(the_file_of_a_socket_of_another_s_making_stays),
    };
    return cmocka_run_group_tests_name("socket_hand_over", tests, NULL, NULL);
}
