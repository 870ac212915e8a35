/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkdtemp, SOCK_CLOEXEC */
#include "support_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int
support_place_make(void **state)
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

int
support_place_remove(void **state)
{
    struct place *place = *state;
    (void)unlink(place->path);
    (void)rmdir(place->folder);
    free(place);
    return 0;
}

bool
support_is_socket(const char *path)
{
    struct stat there;
    return lstat(path, &there) == 0 && S_ISSOCK(there.st_mode);
}

int
support_bind_foreign(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(
        bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

int
support_try_connect(const char *path)
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

enum status
support_open_at(const char *address, struct unix_socket **out)
{
    const struct unix_socket_options options = { .address = address };
    return unix_socket_new(&options, out);
}
