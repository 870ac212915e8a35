/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkdtemp, SOCK_CLOEXEC */
#include "socket/acceptor.h"
#include "socket/unix_socket.h"
#include "test/check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct place {
    char folder[64];
    char path[96];
};

static int
make_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    assert_non_null(place);
    (void)snprintf(place->folder, sizeof(place->folder), "/tmp/kms-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    (void)snprintf(
        place->path, sizeof(place->path), "%s/kms.sock", place->folder);
    *state = place;
    return 0;
}

static int
remove_place(void **state)
{
    struct place *place = *state;
    (void)unlink(place->path);
    (void)rmdir(place->folder);
    free(place);
    return 0;
}

static bool
is_socket(const char *path)
{
    struct stat there;
    return lstat(path, &there) == 0 && S_ISSOCK(there.st_mode);
}

/* A socket bound there by somebody else. */
static int
bind_foreign(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(
        bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static int
try_connect(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static void
a_new_socket_listens_and_is_removed_at_the_end(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    assert_ok(unix_socket_new(place->path, &s));
    int fd = try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    unix_socket_free(s);
    assert_false(is_socket(place->path));
}

static void
a_stale_socket_is_replaced(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    (void)close(bind_foreign(place->path));
    assert_true(is_socket(place->path));
    assert_ok(unix_socket_new(place->path, &s));
    int fd = try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    unix_socket_free(s);
}

static void
a_live_socket_is_refused_and_stays(void **state)
{
    const struct place *place = *state;
    struct unix_socket *first = NULL, *second = NULL;
    assert_ok(unix_socket_new(place->path, &first));
    assert_int_equal(unix_socket_new(place->path, &second), STATUS_BUSY);
    assert_null(second);
    int fd = try_connect(place->path);
    assert_true(fd >= 0);
    (void)close(fd);
    unix_socket_free(first);
}

static void
a_live_socket_with_a_full_backlog_is_refused(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    int foreign = bind_foreign(place->path);
    assert_int_equal(listen(foreign, 0), 0);
    int waiting = try_connect(place->path);
    assert_true(waiting >= 0);
    assert_int_equal(unix_socket_new(place->path, &s), STATUS_BUSY);
    assert_null(s);
    assert_true(is_socket(place->path));
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
    assert_int_equal(unix_socket_new(place->path, &s), STATUS_EXISTS);
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
    (void)close(bind_foreign(target));
    assert_int_equal(symlink(target, place->path), 0);
    assert_int_equal(unix_socket_new(place->path, &s), STATUS_EXISTS);
    assert_true(is_socket(target));
    (void)unlink(target);
}

static void
a_socket_that_another_put_in_our_place_is_not_removed(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    assert_ok(unix_socket_new(place->path, &s));
    assert_int_equal(unlink(place->path), 0);
    int foreign = bind_foreign(place->path);
    unix_socket_free(s);
    assert_true(is_socket(place->path));
    (void)close(foreign);
}

static void
a_socket_that_somebody_removed_does_not_trouble_the_end(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    assert_ok(unix_socket_new(place->path, &s));
    assert_int_equal(unlink(place->path), 0);
    unix_socket_free(s);
    assert_false(is_socket(place->path));
}

static void
a_path_of_108_characters_is_too_long_and_107_are_not(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    char path[UNIX_SOCKET_PATH_MAX + 2];
    memset(path, 'x', sizeof(path));
    memcpy(path, place->folder, strlen(place->folder));
    path[strlen(place->folder)] = '/';
    path[UNIX_SOCKET_PATH_MAX + 1] = '\0';
    assert_int_equal(unix_socket_new(path, &s), STATUS_TOO_LARGE);
    assert_null(s);
    path[UNIX_SOCKET_PATH_MAX] = '\0';
    assert_ok(unix_socket_new(path, &s));
    unix_socket_free(s);
    assert_false(is_socket(path));
}

static void
a_missing_folder_is_told_from_other_trouble(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/none/s", place->folder);
    assert_int_equal(unix_socket_new(path, &s), STATUS_NOT_FOUND);
    (void)close(open(place->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    (void)snprintf(path, sizeof(path), "%s/s", place->path);
    assert_int_equal(unix_socket_new(path, &s), STATUS_NOT_FOUND);
    assert_null(s);
}

static void
a_folder_that_another_starter_keeps_locked_is_busy(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    int folder = open(place->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(folder, LOCK_EX), 0);
    assert_int_equal(unix_socket_new(place->path, &s), STATUS_BUSY);
    assert_false(is_socket(place->path));
    (void)close(folder);
    assert_ok(unix_socket_new(place->path, &s));
    unix_socket_free(s);
}

static void
the_mode_follows_the_umask(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    struct stat there;
    mode_t before = umask(077);
    assert_ok(unix_socket_new(place->path, &s));
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
    assert_ok(unix_socket_new(place->path, &s));
    assert_ok(
        acceptor_new(unix_socket_fd(s), count_and_close, &count, &acceptor));
    for (int i = 0; i < 20; i++) {
        int fd = try_connect(place->path);
        assert_true(fd >= 0);
        struct pollfd closed = { .fd = fd, .events = POLLIN };
        assert_int_equal(poll(&closed, 1, 10000), 1);
        (void)close(fd);
    }
    acceptor_free(acceptor);
    assert_int_equal(count, 20);
    unix_socket_free(s);
}

#define IN_PLACE(test)                                                         \
    cmocka_unit_test_setup_teardown(test, make_place, remove_place)

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
        IN_PLACE(the_acceptor_hands_over_each_connection_until_it_is_freed),
    };
    return cmocka_run_group_tests_name("socket", tests, NULL, NULL);
}
