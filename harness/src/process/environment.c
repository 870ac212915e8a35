/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* environ */
#include "process/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *
value_of(const char *entry, const char *name)
{
    size_t len = strlen(name);

    if (strncmp(entry, name, len) != 0 || entry[len] != '=')
        return NULL;
    return entry + len + 1;
}

/* The index of the variable, or count where there is none. */
static size_t
find(const struct environment *environment, const char *name)
{
    size_t i = 0;

    while (i < environment->count &&
           value_of(environment->entries[i], name) == NULL)
        i++;
    return i;
}

/* Takes `entry` (malloc'd; NULL is "out of memory"). */
static enum status
add(struct environment *environment, char *entry)
{
    char **larger = NULL;

    if (entry != NULL)
        larger = realloc(
            environment->entries, (environment->count + 2) * sizeof(*larger));
    if (larger == NULL) {
        free(entry);
        return STATUS_NO_MEMORY;
    }
    larger[environment->count++] = entry;
    larger[environment->count] = NULL;
    environment->entries = larger;
    return STATUS_OK;
}

enum status
environment_inherit(struct environment *environment)
{
    struct environment copy = { 0 };

    for (char **entry = environ; *entry != NULL; entry++) {
        enum status status = add(&copy, strdup(*entry));

        if (status != STATUS_OK) {
            environment_reset(&copy);
            return status;
        }
    }
    environment_reset(environment);
    *environment = copy;
    return STATUS_OK;
}

enum status
environment_set(
    struct environment *environment, const char *name, const char *value)
{
    size_t len = strlen(name) + strlen(value) + 2;
    char *entry = malloc(len);
    size_t at = find(environment, name);

    if (entry != NULL)
        snprintf(entry, len, "%s=%s", name, value);
    if (at == environment->count || entry == NULL)
        return add(environment, entry);
    free(environment->entries[at]);
    environment->entries[at] = entry;
    return STATUS_OK;
}

void
environment_unset(struct environment *environment, const char *name)
{
    size_t at = find(environment, name);

    if (at == environment->count)
        return;
    free(environment->entries[at]);
    memmove(environment->entries + at, environment->entries + at + 1,
        (environment->count - at) * sizeof(char *));
    environment->count--;
}

const char *
environment_get(const struct environment *environment, const char *name)
{
    size_t at = find(environment, name);

    if (at == environment->count)
        return NULL;
    return value_of(environment->entries[at], name);
}

void
environment_reset(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++)
        free(environment->entries[i]);
    free(environment->entries);
    *environment = (struct environment){ 0 };
}
