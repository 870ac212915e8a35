/* SPDX-License-Identifier: Apache-2.0 */
#include "suite/compare.h"

/* How a member of an entry is looked at. */
enum look { LOOK_TEXT, LOOK_CODE, LOOK_BOOL };

struct member {
    const char *list, *name;
    enum look look;
};

static const struct member members[] = {
    { "steps", "actor", LOOK_TEXT },
    { "steps", "text", LOOK_TEXT },
    { "steps", "result", LOOK_TEXT },
    { "steps", "got", LOOK_CODE },
    { "expectations", "what", LOOK_TEXT },
    { "expectations", "passed", LOOK_BOOL },
    { "invariants", "name", LOOK_TEXT },
    { "invariants", "passed", LOOK_BOOL },
    { "faults", "name", LOOK_TEXT },
};

/* Only the first word, where it is a code: "500 Internal error…". */
static struct span
code_of(struct span text)
{
    struct span word = text, rest;

    (void)span_cut(text, ' ', &word, &rest);
    if (word.len != 3 || word.ptr[0] < '2' || word.ptr[0] > '5')
        return (struct span){ NULL, 0 };
    return word;
}

static struct span
value_of(const struct json *entry, const struct member *member)
{
    const struct json *node = json_member(entry, member->name);

    if (member->look == LOOK_BOOL)
        return json_get_bool(node) ? SPAN_LITERAL("true")
                                   : SPAN_LITERAL("false");
    return member->look == LOOK_CODE ? code_of(json_get_string(node))
                                     : json_get_string(node);
}

enum { ACTORS_MAX = 16 };

/* How far the steps of each actor have been looked at. */
struct cursors {
    struct span actors[ACTORS_MAX];
    size_t next[ACTORS_MAX];
    size_t count;
};

static struct span
actor_of(const struct json *step)
{
    return json_get_string(json_member(step, "actor"));
}

/*
 * The next step of this one's actor. Actors take their turns when the step
 * before is done, which takes no time on the model and some on a real cluster:
 * so each actor's steps have an order of their own. NULL: no more.
 */
static const struct json *
partner(struct cursors *cursors, const struct json *step, const struct json *b)
{
    struct span actor = actor_of(step);
    size_t at = 0;

    while (at < cursors->count && !span_equal(cursors->actors[at], actor))
        at++;
    if (at == ACTORS_MAX)
        return NULL;
    if (at == cursors->count)
        cursors->actors[cursors->count++] = actor;
    while (cursors->next[at] < json_count(b)) {
        const struct json *other = json_at(b, cursors->next[at]++);

        if (span_equal(actor_of(other), actor))
            return other;
    }
    return NULL;
}

static size_t
compare_member(const struct json *before, const struct json *after,
    const struct member *member, struct buf *differences)
{
    const struct json *a = json_member(before, member->list);
    const struct json *b = json_member(after, member->list);
    bool steps = strcmp(member->list, "steps") == 0;
    struct cursors cursors = { 0 };
    size_t found = 0;

    for (size_t i = 0; i < json_count(a) && i < json_count(b); i++) {
        const struct json *other =
            steps ? partner(&cursors, json_at(a, i), b) : json_at(b, i);
        struct span was = value_of(json_at(a, i), member);
        struct span is = value_of(other, member);

        if (span_equal(was, is))
            continue;
        found++;
        buf_say(differences, "%s %zu: %s was %.*s, is %.*s\n", member->list,
            i + 1, member->name, SPAN_ARG(was), SPAN_ARG(is));
    }
    return found;
}

static size_t
compare_counts(const struct json *before, const struct json *after,
    struct buf *differences)
{
    static const char *const lists[] = { "steps", "expectations", "invariants",
        "faults" };
    size_t found = 0;

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        size_t was = json_count(json_member(before, lists[i]));
        size_t is = json_count(json_member(after, lists[i]));

        if (was == is)
            continue;
        found++;
        buf_say(
            differences, "%s: there were %zu, are %zu\n", lists[i], was, is);
    }
    return found;
}

struct span
compare_digest_of(const struct json *journal)
{
    return json_get_string(
        json_member(json_member(journal, "scenario"), "sha256"));
}

size_t
compare_journals(const struct json *before, const struct json *after,
    struct buf *differences)
{
    struct span was = json_get_string(json_member(before, "verdict"));
    struct span is = json_get_string(json_member(after, "verdict"));
    size_t found = compare_counts(before, after, differences);

    if (!span_equal(compare_digest_of(before), compare_digest_of(after))) {
        found++;
        buf_say(differences, "the scenario's file was changed since\n");
    }

    if (!span_equal(was, is)) {
        found++;
        buf_say(differences, "verdict was %.*s, is %.*s\n", SPAN_ARG(was),
            SPAN_ARG(is));
    }
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        found += compare_member(before, after, &members[i], differences);
    return found;
}
