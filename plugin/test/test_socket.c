/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "socket/acceptor.h"
#include "support_place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void
a_new_socket_listens_and_is_removed_at_the_end(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    assert_ok(support_open_at(place->path, &s));
    int fd = support_try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    unix_socket_free(s);
    assert_false(support_is_socket(place->path));
}

static void
a_stale_socket_is_replaced(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    (void)close(support_bind_foreign(place->path));
    assert_true(support_is_socket(place->path));
    assert_ok(support_open_at(place->path, &s));
    int fd = support_try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    unix_socket_free(s);
}

static void
a_live_socket_is_refused_and_stays(void **state)
{
    const struct place *place = *state;
    struct unix_socket *first = NULL, *second = NULL;
    assert_ok(support_open_at(place->path, &first));
    assert_int_equal(support_open_at(place->path, &second), STATUS_BUSY);
    assert_null(second);
    int fd = support_try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    unix_socket_free(first);
}

static void
a_live_socket_with_a_full_backlog_is_refused(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    int foreign = support_bind_foreign(place->path);
    assert_int_equal(listen(foreign, 0), 0);
    int waiting = support_try_connect(place->path);
    assert_true(waiting >= 0);
    assert_int_equal(support_open_at(place->path, &s), STATUS_BUSY);
    assert_null(s);
    assert_true(support_is_socket(place->path));
    (void)close(waiting);
    (void)close(foreign);
}

static void
a_file_that_is_no_socket_is_left_alone(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    int fd = open(place->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "mine", 4), 4);
    (void)close(fd);
    assert_int_equal(support_open_at(place->path, &s), STATUS_EXISTS);
    assert_null(s);
    struct stat there;
    assert_int_equal(lstat(place->path, &there), 0);
    assert_int_equal(there.st_size, 4);
}

static void
a_link_to_a_socket_is_left_alone(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    char target[128];
    (void)snprintf(target, sizeof(target), "%s/other", place->folder);
    (void)close(support_bind_foreign(target));
    assert_int_equal(symlink(target, place->path), 0);
    assert_int_equal(support_open_at(place->path, &s), STATUS_EXISTS);
    assert_true(support_is_socket(target));
    (void)unlink(target);
}

static void
a_socket_that_another_put_in_our_place_is_not_removed(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    assert_ok(support_open_at(place->path, &s));
    assert_int_equal(unlink(place->path), 0);
    int foreign = support_bind_foreign(place->path);
    unix_socket_free(s);
    assert_true(support_is_socket(place->path));
    (void)close(foreign);
}

static void
a_socket_that_somebody_removed_does_not_trouble_the_end(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    assert_ok(support_open_at(place->path, &s));
    assert_int_equal(unlink(place->path), 0);
    unix_socket_free(s);
    assert_false(support_is_socket(place->path));
}

static void
a_path_of_108_characters_is_too_long_and_107_are_not(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    char path[UNIX_ADDRESS_MAX + 2];
    memset(path, 'x', sizeof(path));
    memcpy(path, place->folder, strlen(place->folder));
    path[strlen(place->folder)] = '/';
    path[UNIX_ADDRESS_MAX + 1] = '\0';
    assert_int_equal(support_open_at(path, &s), STATUS_TOO_LARGE);
    assert_null(s);
    path[UNIX_ADDRESS_MAX] = '\0';
    assert_ok(support_open_at(path, &s));
    unix_socket_free(s);
    assert_false(support_is_socket(path));
}

static void
a_missing_folder_is_told_from_other_trouble(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/none/s", place->folder);
    assert_int_equal(support_open_at(path, &s), STATUS_NOT_FOUND);
    (void)close(open(place->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    (void)snprintf(path, sizeof(path), "%s/s", place->path);
    assert_int_equal(support_open_at(path, &s), STATUS_NOT_FOUND);
    assert_null(s);
}

static void
a_folder_that_another_starter_keeps_locked_is_busy(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    int folder = open(place->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(folder, LOCK_EX), 0);
    assert_int_equal(support_open_at(place->path, &s), STATUS_BUSY);
    assert_false(support_is_socket(place->path));
    (void)close(folder);
    assert_ok(support_open_at(place->path, &s));
    unix_socket_free(s);
}

static void
the_mode_follows_the_umask(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    struct stat there;
    mode_t before = umask(077);
    assert_ok(support_open_at(place->path, &s));
    (void)umask(before);
    assert_int_equal(lstat(place->path, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0700);
    unix_socket_free(s);
}

static void
every_refusal_has_words(void **state)
{
    (void)state;
    static const enum status refusals[] = { STATUS_TOO_LARGE, STATUS_NOT_FOUND,
        STATUS_EXISTS, STATUS_BUSY, STATUS_DENIED, STATUS_IO };
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        assert_true(strlen(unix_socket_problem(refusals[i])) > 5);
}

static void
anything_is_replaced_where_that_is_asked_for(void **state)
{
    const struct place *place = *state;
    const struct unix_socket_options options = { .address = place->path,
        .replace_anything = true };
    struct unix_socket *live = NULL, *s = NULL;
    (void)close(open(place->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_ok(unix_socket_new(&options, &live));
    assert_true(support_is_socket(place->path));
    assert_ok(unix_socket_new(&options, &s));
    struct unix_socket_file file = unix_socket_file(live);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_ANOTHERS);
    unix_socket_free(live);
    assert_true(support_is_socket(place->path));
    unix_socket_free(s);
    assert_int_equal(mkdir(place->path, 0700), 0);
    assert_ok(unix_socket_new(&options, &s));
    unix_socket_free(s);
}

static void
one_that_is_gone_is_made_anew_with_its_mode(void **state)
{
    const struct place *place = *state;
    const struct unix_socket_options options = { .address = place->path,
        .mode = 0640 };
    struct unix_socket *s = NULL, *fresh = NULL;
    struct stat there;
    assert_ok(unix_socket_new(&options, &s));
    assert_false(unix_socket_is_gone(s));
    assert_int_equal(unix_socket_renew(s, &fresh), STATUS_BUSY);
    assert_null(fresh);
    int waiting = support_try_connect(place->path);
    assert_int_equal(unlink(place->path), 0);
    assert_true(unix_socket_is_gone(s));
    assert_ok(unix_socket_renew(s, &fresh));
    assert_int_equal(lstat(place->path, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0640);
    /* Who came by the old one is still in its queue. */
    int accepted = accept(unix_socket_fd(s), NULL, NULL);
    assert_true(accepted >= 0);
    unix_socket_free(s);
    int fd = support_try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    (void)close(accepted);
    (void)close(waiting);
    unix_socket_free(fresh);
    assert_false(support_is_socket(place->path));
}

static void
what_another_put_in_its_place_is_not_taken(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL, *fresh = NULL;
    assert_ok(support_open_at(place->path, &s));
    assert_int_equal(unlink(place->path), 0);
    int foreign = support_bind_foreign(place->path); /* does not listen yet */
    assert_false(unix_socket_is_gone(s));
    assert_int_equal(unix_socket_renew(s, &fresh), STATUS_BUSY);
    assert_null(fresh);
    assert_int_equal(listen(foreign, 1), 0);
    int fd = support_try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    (void)close(foreign);
    unix_socket_free(s);
}

static void
without_its_folder_none_is_made(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL, *fresh = NULL;
    assert_ok(support_open_at(place->path, &s));
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(rmdir(place->folder), 0);
    assert_true(unix_socket_is_gone(s));
    assert_int_equal(unix_socket_renew(s, &fresh), STATUS_NOT_FOUND);
    assert_null(fresh);
    unix_socket_free(s);
}

static void
those_of_others_making_are_never_gone(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    int foreign = support_bind_foreign(place->path);
    assert_ok(unix_socket_adopt(place->path, foreign, &s));
    assert_int_equal(unlink(place->path), 0);
    assert_false(unix_socket_is_gone(s));
    unix_socket_free(s);
    char name[128];
    (void)snprintf(name, sizeof(name), "@%s", place->path);
    assert_ok(support_open_at(name, &s));
    assert_false(unix_socket_is_gone(s));
    unix_socket_free(s);
}

static void
what_lies_at_the_path_is_told_apart(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    char away[128];
    (void)snprintf(away, sizeof(away), "%s.away", place->path);
    assert_ok(support_open_at(place->path, &s));
    struct unix_socket_file file = unix_socket_file(s);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_OURS);
    assert_int_equal(rename(place->path, away), 0);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_GONE);
    int foreign = support_bind_foreign(place->path);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_BLOCKED);
    assert_int_equal(listen(foreign, 1), 0);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_ANOTHERS);
    (void)close(foreign);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_BLOCKED);
    assert_int_equal(rename(away, place->path), 0);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_OURS);
    unix_socket_free(s);
}

static void
count_and_close(void *context, int fd)
{
    _Atomic int *count = context;
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    (void)close(fd);
    (*count)++;
}

static void
the_acceptor_hands_over_each_connection_until_it_is_freed(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    struct acceptor *acceptor = NULL;
    _Atomic int count = 0;
    assert_ok(support_open_at(place->path, &s));
    assert_ok(
        acceptor_new(unix_socket_fd(s), count_and_close, &count, &acceptor));
    for (int i = 0; i < 20; i++) {
        int fd = support_try_connect(place->path);
        assert_true(fd >= 0);
        struct pollfd closed = { .fd = fd, .events = POLLIN };
        assert_int_equal(poll(&closed, 1, 10000), 1);
        (void)close(fd);
    }
    acceptor_free(acceptor);
    assert_int_equal(count, 20);
    unix_socket_free(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_new_socket_listens_and_is_removed_at_the_end),
        IN_PLACE(a_stale_socket_is_replaced),
        IN_PLACE(a_live_socket_is_refused_and_stays),
        IN_PLACE(a_live_socket_with_a_full_backlog_is_refused),
        IN_PLACE(a_file_that_is_no_socket_is_left_alone),
        IN_PLACE(a_link_to_a_socket_is_left_alone),
        IN_PLACE(a_socket_that_another_put_in_our_place_is_not_removed),
        IN_PLACE(a_socket_that_somebody_removed_does_not_trouble_the_end),
        IN_PLACE(a_path_of_108_characters_is_too_long_and_107_are_not),
        IN_PLACE(a_missing_folder_is_told_from_other_trouble),
        IN_PLACE(a_folder_that_another_starter_keeps_locked_is_busy),
        IN_PLACE(the_mode_follows_the_umask),
        cmocka_unit_test(every_refusal_has_words),
        IN_PLACE(anything_is_replaced_where_that_is_asked_for),
        IN_PLACE(one_that_is_gone_is_made_anew_with_its_mode),
        IN_PLACE(what_another_put_in_its_place_is_not_taken),
        IN_PLACE(without_its_folder_none_is_made),
        IN_PLACE(those_of_others_making_are_never_gone),
        IN_PLACE(what_lies_at_the_path_is_told_apart),
        IN_PLACE(the_acceptor_hands_over_each_connection_until_it_is_freed),
    };
    return cmocka_run_group_tests_name("socket", tests, NULL, NULL);
}
