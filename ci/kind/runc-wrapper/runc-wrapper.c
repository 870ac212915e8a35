/* SPDX-License-Identifier: Apache-2.0 */
/* runc-wrapper: what a container engine starts in runc's place on a machine
 * that lacks CAP_SYS_RESOURCE, as a virtual machine of a CI may. Nobody there
 * can grant that capability, lower an OOM score or raise a hard limit, and
 * runc fails where an engine asks for it, as it does for --privileged. So
 * this takes those wishes out of the container's description and then becomes
 * runc. Where the capability is there it becomes runc at once. */
#define _GNU_SOURCE /* RLIMIT_NPROC and its like */
#include <errno.h>
#include <jansson.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define PATH_LIMIT 4096

static const char *const runc_paths[] = { "/usr/sbin/runc", "/usr/bin/runc",
    "/usr/local/sbin/runc", "/usr/local/bin/runc" };

static const struct {
    const char *name;
    int resource;
} limits[] = { { "RLIMIT_AS", RLIMIT_AS }, { "RLIMIT_CORE", RLIMIT_CORE },
    { "RLIMIT_CPU", RLIMIT_CPU }, { "RLIMIT_DATA", RLIMIT_DATA },
    { "RLIMIT_FSIZE", RLIMIT_FSIZE }, { "RLIMIT_LOCKS", RLIMIT_LOCKS },
    { "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK },
    { "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE }, { "RLIMIT_NICE", RLIMIT_NICE },
    { "RLIMIT_NOFILE", RLIMIT_NOFILE }, { "RLIMIT_NPROC", RLIMIT_NPROC },
    { "RLIMIT_RTPRIO", RLIMIT_RTPRIO }, { "RLIMIT_RTTIME", RLIMIT_RTTIME },
    { "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING },
    { "RLIMIT_STACK", RLIMIT_STACK } };

static void
drop_capability(json_t *sets)
{
    const char *name;
    json_t *set;

    json_object_foreach(sets, name, set)
    {
        for (size_t i = json_array_size(set); i-- > 0;) {
            const char *capability = json_string_value(json_array_get(set, i));

            if (capability != NULL &&
                strcmp(capability, "CAP_SYS_RESOURCE") == 0)
                (void)json_array_remove(set, i);
        }
    }
}

/* Lowers a limit of the container to the hard limit that we have. */
static void
lower_limit(json_t *wish)
{
    static const char *const members[] = { "hard", "soft" };
    const char *name = json_string_value(json_object_get(wish, "type"));
    struct rlimit own;
    size_t at = 0;

    while (name != NULL && at < sizeof(limits) / sizeof(limits[0]) &&
           strcmp(name, limits[at].name) != 0)
        at++;
    if (name == NULL || at == sizeof(limits) / sizeof(limits[0]) ||
        getrlimit((__rlimit_resource_t)limits[at].resource, &own) != 0)
        return;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        json_t *value = json_object_get(wish, members[i]);

        if (json_is_integer(value) && json_integer_value(value) >= 0 &&
            (rlim_t)json_integer_value(value) > own.rlim_max)
            (void)json_integer_set(value, (json_int_t)own.rlim_max);
    }
}

static void
lower_wishes(json_t *process)
{
    json_t *score = json_object_get(process, "oomScoreAdj");
    json_t *wishes = json_object_get(process, "rlimits");

    drop_capability(json_object_get(process, "capabilities"));
    if (json_is_integer(score) && json_integer_value(score) < 0)
        (void)json_integer_set(score, 0);
    for (size_t i = 0; i < json_array_size(wishes); i++)
        lower_limit(json_array_get(wishes, i));
}

/* Rewrites the description in `path`: a container's, or that of one more
 * process in it. What cannot be read is left to runc and its own words. */
static void
rewrite(const char *path, int of_container)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);

    if (root == NULL) {
        (void)fprintf(stderr, "runc-wrapper: %s: %s\n", path, error.text);
        return;
    }
    lower_wishes(of_container ? json_object_get(root, "process") : root);
    if (json_dump_file(root, path, JSON_COMPACT) != 0)
        (void)fprintf(stderr, "runc-wrapper: %s: %s\n", path, strerror(errno));
    json_decref(root);
}

/* The value of an option after the command, NULL without: borrows argv. */
static const char *
option(char *const *argv, const char *name, const char *letter)
{
    size_t length = strlen(name);

    for (; *argv != NULL; argv++) {
        if (strcmp(*argv, name) == 0 || strcmp(*argv, letter) == 0)
            return argv[1];
        if (strncmp(*argv, name, length) == 0 && (*argv)[length] == '=')
            return *argv + length + 1;
    }
    return NULL;
}

static void
prepare(char *const *argv)
{
    char path[PATH_LIMIT];
    const char *file;

    for (; *argv != NULL; argv++) {
        if (strcmp(*argv, "exec") == 0) {
            file = option(argv, "--process", "-p");
            if (file != NULL)
                rewrite(file, 0);
            return;
        }
        if (strcmp(*argv, "create") == 0 || strcmp(*argv, "run") == 0) {
            file = option(argv, "--bundle", "-b");
            if (snprintf(path, sizeof(path), "%s/config.json",
                    file != NULL ? file : ".") < (int)sizeof(path))
                rewrite(path, 1);
            return;
        }
    }
}

int
main(int argc, char **argv)
{
    if (argc > 1 && prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE, 0, 0, 0) == 0)
        prepare(argv + 1);
    for (size_t i = 0; i < sizeof(runc_paths) / sizeof(runc_paths[0]); i++)
        (void)execv(runc_paths[i], argv);
    (void)fprintf(stderr, "runc-wrapper: no runc: %s\n", strerror(errno));
    return 127;
}
