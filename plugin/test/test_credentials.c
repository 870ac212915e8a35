/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of credentials, in an environment and a home of their own. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "base/file.h"
#include "credentials/credentials.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[64];

static const char *const variables[] = { "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION",
    "AWS_DEFAULT_REGION", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE",
    "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY", "AWS_SECRET_KEY",
    "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI" };

static char *
path_in_home(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", home, name);
    return path;
}

static int
set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        (void)unsetenv(variables[i]);
    (void)snprintf(home, sizeof(home), "/tmp/test_kms_credentials.XXXXXX");
    if (mkdtemp(home) == NULL || mkdir(path_in_home(".aws"), 0700) != 0)
        return -1;
    (void)setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    return setenv("HOME", home, 1);
}

static int
tear_down(void **state)
{
    (void)state;
    static const char *const files[] = { ".aws/credentials", ".aws/config",
        "named" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        (void)unlink(path_in_home(files[i]));
    (void)rmdir(path_in_home(".aws"));
    return rmdir(home);
}

static void
write_file(const char *name, const char *text)
{
    assert_ok(file_replace(path_in_home(name), 0600, span_text(text)));
}

static void
assert_gives(struct credentials *source, const char *key, const char *secret,
    const char *token)
{
    struct credentials_set set = { 0 };
    struct buf problem = { 0 };
    enum status st = credentials_get(source, &set, &problem);
    assert_string_equal(buf_text(&problem), "");
    assert_ok(st);
    assert_string_equal(buf_text(&set.access_key_id), key);
    assert_string_equal(buf_text(&set.secret_access_key), secret);
    assert_string_equal(buf_text(&set.session_token), token);
    credentials_set_reset(&set);
}

/* The status, the words that are in the problem, and a set left alone. */
static void
assert_refuses(
    struct credentials *source, enum status status, const char *words)
{
    struct credentials_set set = { 0 };
    struct buf problem = { 0 };
    assert_ok(buf_append_text(&set.access_key_id, "before"));
    assert_int_equal(credentials_get(source, &set, &problem), status);
    if (strstr(buf_text(&problem), words) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", buf_text(&problem), words);
    assert_null(strstr(buf_text(&problem), "hush"));
    assert_string_equal(buf_text(&set.access_key_id), "before");
    credentials_set_reset(&set);
    buf_reset(&problem);
}

static void
environment_gives_its_keys(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    (void)setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
    (void)setenv("AWS_SESSION_TOKEN", "TOKEN", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_gives(source, "AKID", "hush", "TOKEN");
    credentials_free(source);
}

static void
half_an_environment_is_invalid(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    (void)setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(source, STATUS_INVALID, "AWS_SECRET_ACCESS_KEY is not");
    credentials_free(source);
    (void)unsetenv("AWS_ACCESS_KEY_ID");
    (void)setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(source, STATUS_INVALID, "AWS_ACCESS_KEY_ID is not");
    credentials_free(source);
}

static void
values_that_would_break_a_header_are_invalid(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    (void)setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
    (void)setenv("AWS_SESSION_TOKEN", "a\r\nX-Evil: hush", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(source, STATUS_INVALID, "session token has a blank");
    credentials_free(source);
}

static void
nothing_anywhere_says_where_it_looked(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(source, STATUS_NOT_FOUND, "AWS_ACCESS_KEY_ID, ");
    assert_refuses(
        source, STATUS_NOT_FOUND, "AWS_EC2_METADATA_DISABLED is set");
    assert_refuses(source, STATUS_NOT_FOUND, path_in_home(".aws/credentials"));
    assert_refuses(source, STATUS_NOT_FOUND, path_in_home(".aws/config"));
    credentials_free(source);
}

static void
credentials_file_beats_config_file(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    write_file(".aws/config",
        "[default]\naws_access_key_id=C\naws_secret_access_key=CS\n");
    assert_ok(credentials_default_new(NULL, &source));
    assert_gives(source, "C", "CS", "");
    write_file(".aws/credentials",
        "[default]\naws_access_key_id=F\naws_secret_access_key=FS\n"
        "aws_session_token=FT\n");
    assert_gives(source, "F", "FS", "FT");
    credentials_free(source);
}

static void
environment_beats_files(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    write_file(".aws/credentials",
        "[default]\naws_access_key_id=F\naws_secret_access_key=FS\n");
    (void)setenv("AWS_ACCESS_KEY_ID", "E", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", "ES", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_gives(source, "E", "ES", "");
    credentials_free(source);
}

static void
named_files_and_profile_are_used(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    write_file("named", "[work]\naws_access_key_id=W\n"
                        "aws_secret_access_key=WS\n");
    (void)setenv("AWS_SHARED_CREDENTIALS_FILE", "~/named", 1);
    (void)setenv("AWS_PROFILE", "work", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_gives(source, "W", "WS", "");
    credentials_free(source);
    (void)setenv("AWS_PROFILE", "play", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(source, STATUS_INVALID, "there is no profile \"play\" in");
    credentials_free(source);
}

static void
changed_file_is_read_again(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    write_file(".aws/credentials",
        "[default]\naws_access_key_id=A1\naws_secret_access_key=S1\n");
    assert_ok(credentials_default_new(NULL, &source));
    assert_gives(source, "A1", "S1", "");
    write_file(".aws/credentials",
        "[default]\naws_access_key_id=A2\naws_secret_access_key=S2\n");
    assert_gives(source, "A2", "S2", "");
    (void)unlink(path_in_home(".aws/credentials"));
    assert_refuses(source, STATUS_NOT_FOUND, "profile \"default\"");
    write_file(".aws/credentials",
        "[default]\naws_access_key_id=A3\naws_secret_access_key=S3\n");
    assert_gives(source, "A3", "S3", "");
    credentials_free(source);
}

static void
bad_files_name_their_line_and_no_secret(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "[default]\naws_access_key_id=A\n",
            "credentials, line 2: the profile lacks aws_secret_access_key" },
        { "[default]\n\naws_secret_access_key=hush\n",
            "credentials, line 3: the profile lacks aws_access_key_id" },
        { "[default]\naws_access_key_id=A\naws_secret_access_key=hu hush\n",
            "credentials, line 2: the secret access key has a blank" },
        { "[default]\naws_access_key_id=A\naws_secret_access_key=\n",
            "credentials, line 2: the secret access key is empty" },
    };
    struct credentials *source = NULL;
    assert_ok(credentials_default_new(NULL, &source));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_file(".aws/credentials", cases[i].text);
        assert_refuses(source, STATUS_INVALID, cases[i].words);
    }
    credentials_free(source);
}

/* As for the SDKs it is empty. */
static void
file_that_cannot_be_read_is_named_where_it_would_have_helped(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    (void)setenv("AWS_CONFIG_FILE", path_in_home(".aws"), 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(source, STATUS_NOT_FOUND,
        ".aws (which cannot be read: not a regular file");
    write_file(".aws/credentials",
        "[default]\naws_access_key_id=F\naws_secret_access_key=FS\n");
    assert_gives(source, "F", "FS", "");
    credentials_free(source);
}

static void
line_that_is_nothing_is_named_where_it_would_have_helped(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    write_file(".aws/credentials", "[default]\nhush\n");
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(source, STATUS_NOT_FOUND,
        "/.aws/credentials (whose line 2 is skipped: this is neither ");
    write_file(".aws/credentials", "hush\n[default]\naws_access_key_id=F\n"
                                   "aws_secret_access_key=FS\n[other]\nhush\n");
    assert_gives(source, "F", "FS", "");
    credentials_free(source);
}

static void
place_that_can_hold_no_file_is_none(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    (void)setenv("HOME", "/dev/null", 1);
    assert_ok(credentials_default_new(NULL, &source));
    assert_refuses(
        source, STATUS_NOT_FOUND, "in /dev/null/.aws/credentials or");
    credentials_free(source);
    (void)setenv("HOME", home, 1);
}

/* No mark of the file tells that it can be read again. */
static void
file_that_could_not_be_opened_is_tried_again(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    struct rlimit before, none;
    assert_ok(credentials_default_new(NULL, &source));
    write_file(".aws/credentials",
        "[default]\naws_access_key_id=F\naws_secret_access_key=FS\n");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_refuses(source, STATUS_DESCRIPTORS,
        "credentials cannot be read: too many open files");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_gives(source, "F", "FS", "");
    credentials_free(source);
}

static void
static_keys_are_copied_and_checked(void **state)
{
    (void)state;
    struct credentials *source = NULL;
    char secret[] = "hush";
    struct sigv4_credentials from = { SPAN_LITERAL("AKID"), span_text(secret),
        { NULL, 0 } };
    assert_ok(credentials_static_new(&from, &source));
    secret[0] = 'x';
    assert_gives(source, "AKID", "hush", "");
    credentials_free(source);
    source = NULL;
    from.access_key_id = SPAN_LITERAL("");
    assert_int_equal(credentials_static_new(&from, &source), STATUS_INVALID);
    assert_null(source);
}

static void
assert_region(enum status status, const char *text)
{
    struct buf region = { 0 }, problem = { 0 };
    assert_ok(buf_append_text(&region, "before"));
    assert_int_equal(credentials_region(&region, &problem), status);
    assert_string_equal(
        buf_text(&region), status == STATUS_OK ? text : "before");
    if (status != STATUS_OK && strstr(buf_text(&problem), text) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", buf_text(&problem), text);
    buf_reset(&region);
    buf_reset(&problem);
}

static void
region_comes_from_the_first_place_that_has_one(void **state)
{
    (void)state;
    assert_region(STATUS_NOT_FOUND, "AWS_REGION is not set");
    write_file(".aws/config", "[default]\nregion = eu-west-1\n");
    assert_region(STATUS_OK, "eu-west-1");
    (void)setenv("AWS_DEFAULT_REGION", "eu-west-2", 1);
    assert_region(STATUS_OK, "eu-west-2");
    (void)setenv("AWS_REGION", "eu-west-3", 1);
    assert_region(STATUS_OK, "eu-west-3");
}

static void
region_that_is_no_label_is_invalid(void **state)
{
    (void)state;
    (void)setenv("AWS_REGION", "us-east-1.evil.example/", 1);
    assert_region(STATUS_INVALID, "AWS_REGION: ");
    (void)unsetenv("AWS_REGION");
    write_file(".aws/config", "[default]\n\nregion = a b\n");
    assert_region(STATUS_INVALID, "config, line 3: ");
}

#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOME(environment_gives_its_keys),
        WITH_HOME(half_an_environment_is_invalid),
        WITH_HOME(values_that_would_break_a_header_are_invalid),
        WITH_HOME(nothing_anywhere_says_where_it_looked),
        WITH_HOME(credentials_file_beats_config_file),
        WITH_HOME(environment_beats_files),
        WITH_HOME(named_files_and_profile_are_used),
        WITH_HOME(changed_file_is_read_again),
        WITH_HOME(bad_files_name_their_line_and_no_secret),
        WITH_HOME(file_that_cannot_be_read_is_named_where_it_would_have_helped),
        WITH_HOME(line_that_is_nothing_is_named_where_it_would_have_helped),
        WITH_HOME(place_that_can_hold_no_file_is_none),
        WITH_HOME(file_that_could_not_be_opened_is_tried_again),
        WITH_HOME(static_keys_are_copied_and_checked),
        WITH_HOME(region_comes_from_the_first_place_that_has_one),
        WITH_HOME(region_that_is_no_label_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
