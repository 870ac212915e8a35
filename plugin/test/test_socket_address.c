/* SPDX-License-Identifier: Apache-2.0 */
#include "support_place.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
an_address_may_be_written_in_four_ways(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
        size_t len;
    } forms[] = {
        { "/run/s", "/run/s", 7 },
        { "unix:///run/s", "/run/s", 7 },
        { "relative", "relative", 9 },
        { "@name", "@name", 5 },
        { "unix:///@name", "@name", 5 },
        { "unix:/run/s", "unix:/run/s", 12 },
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct unix_address address;
        char room[UNIX_ADDRESS_MAX + 1];
        assert_ok(unix_address_parse(forms[i].text, &address));
        assert_string_equal(unix_address_text(&address, room), forms[i].shown);
        assert_int_equal(
            address.len, offsetof(struct sockaddr_un, sun_path) + forms[i].len);
        assert_int_equal(address.abstract, forms[i].shown[0] == '@');
    }
}

static void
other_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "@", "unix://", "unix:///",
        "unix:///@", "unix://host/s", "unix://@name", "unix:///a%20b",
        "unix:///a?b", "unix:///a#b" };
    struct unix_address address = { .len = 77 };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(unix_address_parse(bad[i], &address), STATUS_INVALID);
    assert_int_equal(address.len, 77);
}

static void
an_abstract_name_is_one_process_s_at_a_time(void **state)
{
    const struct place *place = *state;
    struct unix_socket *first = NULL, *second = NULL;
    char name[80];
    (void)snprintf(name, sizeof(name), "@%s", place->folder);
    assert_ok(support_open_at(name, &first));
    assert_int_equal(support_open_at(name, &second), STATUS_BUSY);
    struct unix_socket_file file = unix_socket_file(first);
    assert_int_equal(unix_socket_file_place(&file), UNIX_SOCKET_OURS);
    unix_socket_free(first);
    assert_ok(support_open_at(name, &second));
    unix_socket_free(second);
}

static void
the_mode_of_the_flag_overrides_the_umask(void **state)
{
    const struct place *place = *state;
    struct unix_socket *s = NULL;
    struct stat there;
    const struct unix_socket_options options = { .address = place->path,
        .mode = 0666,
        .owner = { true, getuid(), getgid() } };
    mode_t before = umask(077);
    assert_ok(unix_socket_new(&options, &s));
    assert_int_equal(umask(before), 077);
    assert_int_equal(lstat(place->path, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0666);
    assert_int_equal(there.st_uid, getuid());
    unix_socket_free(s);
}

static void
owners_are_names_or_numbers(void **state)
{
    (void)state;
    struct socket_owner owner = { 0 };
    assert_ok(socket_owner_parse(SPAN_LITERAL("root:root"), &owner));
    assert_true(owner.given && owner.user == 0 && owner.group == 0);
    assert_ok(socket_owner_parse(SPAN_LITERAL("12:34"), &owner));
    assert_true(owner.user == 12 && owner.group == 34);
    assert_ok(socket_owner_parse(SPAN_LITERAL("56"), &owner));
    assert_true(owner.user == 56 && owner.group == (gid_t)-1);
    static const char *const bad[] = { "", ":", "root:", ":root", "-1",
        "99999999999", "no-such-user-here", "root:no-such-group-here" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_not_equal(
            socket_owner_parse(span_text(bad[i]), &owner), STATUS_OK);
    assert_int_equal(owner.user, 56);
}

static void
modes_are_octal(void **state)
{
    (void)state;
    mode_t mode = 1;
    assert_ok(socket_mode_parse(SPAN_LITERAL("0660"), &mode));
    assert_int_equal(mode, 0660);
    assert_ok(socket_mode_parse(SPAN_LITERAL("777"), &mode));
    assert_int_equal(mode, 0777);
    static const char *const bad[] = { "", "0", "0000", "8", "1777", "00660",
        "rw", "-1", "0x7" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(
            socket_mode_parse(span_text(bad[i]), &mode), STATUS_INVALID);
    assert_int_equal(mode, 0777);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_may_be_written_in_four_ways),
        cmocka_unit_test(other_addresses_are_refused),
        IN_PLACE(an_abstract_name_is_one_process_s_at_a_time),
        IN_PLACE(the_mode_of_the_flag_overrides_the_umask),
        cmocka_unit_test(owners_are_names_or_numbers),
        cmocka_unit_test(modes_are_octal),
    };
    return cmocka_run_group_tests_name("socket_address", tests, NULL, NULL);
}
