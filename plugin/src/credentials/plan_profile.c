/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/plan_profile.h"

#include "base/num.h"
#include "credentials/credentials_set.h"
#include "credentials/service_url.h"

/* The profiles on the way from the first to where credentials are. */
struct walk {
    const struct shared_files *shared;
    struct plan *plan;
    struct buf *problem;
    struct span names[PLAN_ROLES_MAX];
    size_t depth;
    const struct shared_section *web; /* its role is taken up by its token */
};

/* "PATH, line N: " of a setting, then words. */
static enum status
refuse(struct walk *w, const struct shared_section *s, enum profile_key key,
    const char *words)
{
    shared_section_say_place(s, key, w->problem);
    buf_say(w->problem, ": %s %s", profile_key_name(key), words);
    return STATUS_INVALID;
}

static bool
has(const struct shared_section *s, enum profile_key key)
{
    return shared_section_get(s, key).len > 0;
}

static bool
was_seen(const struct walk *w, struct span name)
{
    for (size_t i = 0; i < w->depth; i++)
        if (span_equal(w->names[i], name))
            return true;
    return false;
}

/* Keys count only together, out of one file. False: there are none. */
static bool
find_keys(const struct shared_section *s, size_t *file)
{
    for (size_t i = 0; i < SHARED_FILES; i++) {
        const struct profile *p = &s->in[i];
        if (p->lines[PROFILE_ACCESS_KEY_ID] == 0 &&
            p->lines[PROFILE_SECRET_ACCESS_KEY] == 0)
            continue;
        *file = i;
        return true;
    }
    return false;
}

static enum status
plan_keys(struct walk *w, const struct shared_section *s, size_t file)
{
    const struct profile *p = &s->in[file];
    const char *path = shared_files_path(w->shared, file);
    const struct sigv4_credentials keys = {
        p->values[PROFILE_ACCESS_KEY_ID],
        p->values[PROFILE_SECRET_ACCESS_KEY],
        p->values[PROFILE_SESSION_TOKEN],
    };
    int key_line = p->lines[PROFILE_ACCESS_KEY_ID];
    int secret_line = p->lines[PROFILE_SECRET_ACCESS_KEY];
    if (key_line == 0 || secret_line == 0) {
        buf_say(w->problem, "%s, line %d: the profile lacks %s", path,
            key_line + secret_line,
            profile_key_name(key_line == 0 ? PROFILE_ACCESS_KEY_ID
                                           : PROFILE_SECRET_ACCESS_KEY));
        return STATUS_INVALID;
    }
    struct buf what = { 0 };
    enum status st = credentials_set_make(&keys, &w->plan->keys, &what);
    if (st != STATUS_OK)
        buf_say(
            w->problem, "%s, line %d: the %s", path, key_line, buf_text(&what));
    else
        buf_say(&w->plan->place, "%s, line %d", path, key_line);
    buf_reset(&what);
    w->plan->kind = PLAN_KEYS;
    return st;
}

static enum status
read_duration(struct walk *w, const struct shared_section *s, int64_t *out)
{
    enum { SHORTEST_S = 900, LONGEST_S = 43200 };
    struct span text = shared_section_get(s, PROFILE_DURATION_SECONDS);
    if (text.len == 0 ||
        num_parse(text, SHORTEST_S, LONGEST_S, out) == STATUS_OK)
        return STATUS_OK;
    return refuse(w, s, PROFILE_DURATION_SECONDS,
        "must be a number of seconds from 900 to 43200");
}

static enum status
read_role(struct walk *w, const struct shared_section *s, struct plan_role *out)
{
    if (has(s, PROFILE_MFA_SERIAL))
        return refuse(w, s, PROFILE_MFA_SERIAL,
            "asks for a person's code: a daemon cannot take up this role");
    shared_section_say_place(s, PROFILE_ROLE_ARN, &out->place);
    enum status st =
        buf_append(&out->arn, shared_section_get(s, PROFILE_ROLE_ARN));
    if (st == STATUS_OK)
        st = buf_append(&out->session_name,
            shared_section_get(s, PROFILE_ROLE_SESSION_NAME));
    if (st == STATUS_OK)
        st = buf_append(
            &out->external_id, shared_section_get(s, PROFILE_EXTERNAL_ID));
    if (st == STATUS_OK)
        st = read_duration(w, s, &out->duration_s);
    return st;
}

static enum status
plan_web_identity(struct walk *w, const struct shared_section *s)
{
    w->plan->kind = PLAN_WEB_IDENTITY;
    w->web = s;
    shared_section_say_place(
        s, PROFILE_WEB_IDENTITY_TOKEN_FILE, &w->plan->place);
    enum status st = buf_append(&w->plan->token_file,
        shared_section_get(s, PROFILE_WEB_IDENTITY_TOKEN_FILE));
    if (st == STATUS_OK)
        st = read_role(w, s, &w->plan->web_role);
    return st;
}

static enum status
plan_process(struct walk *w, const struct shared_section *s)
{
    w->plan->kind = PLAN_PROCESS;
    shared_section_say_place(s, PROFILE_CREDENTIAL_PROCESS, &w->plan->place);
    return buf_append(
        &w->plan->command, shared_section_get(s, PROFILE_CREDENTIAL_PROCESS));
}

static enum status
find_sso_urls(struct walk *w, const struct shared_section *profile)
{
    struct plan_sso *sso = &w->plan->sso;
    struct span region = buf_span(&sso->region);
    enum status st = service_url_find(
        SERVICE_SSO, profile, region, &sso->portal_url, w->problem);
    if (st == STATUS_OK)
        st = service_url_find(
            SERVICE_SSO_OIDC, profile, region, &sso->oidc_url, w->problem);
    return st;
}

/* The settings of `session` are the profile's own in the old form. */
static enum status
read_sso(struct walk *w, const struct shared_section *profile,
    const struct shared_section *session)
{
    struct plan_sso *sso = &w->plan->sso;
    const struct {
        const struct shared_section *section;
        enum profile_key key;
        struct buf *out;
    } needed[] = {
        { session, PROFILE_SSO_START_URL, &sso->start_url },
        { session, PROFILE_SSO_REGION, &sso->region },
        { profile, PROFILE_SSO_ACCOUNT_ID, &sso->account_id },
        { profile, PROFILE_SSO_ROLE_NAME, &sso->role_name },
    };
    for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
        struct span value =
            shared_section_get(needed[i].section, needed[i].key);
        if (value.len == 0) {
            buf_say(w->problem, "%s: the profile's %s lacks %s",
                buf_text(&w->plan->place),
                needed[i].section == profile ? "SSO" : "sso-session",
                profile_key_name(needed[i].key));
            return STATUS_INVALID;
        }
        enum status st = buf_append(needed[i].out, value);
        if (st != STATUS_OK)
            return st;
    }
    return find_sso_urls(w, profile);
}

static enum status
plan_sso(struct walk *w, const struct shared_section *s)
{
    struct shared_section session = *s;
    struct span name = shared_section_get(s, PROFILE_SSO_SESSION);
    w->plan->kind = PLAN_SSO;
    shared_section_say_place(s,
        name.len > 0 ? PROFILE_SSO_SESSION : PROFILE_SSO_START_URL,
        &w->plan->place);
    if (name.len == 0)
        return read_sso(w, s, s);
    shared_files_section(
        w->shared, PROFILE_SECTION_SSO_SESSION, name, &session);
    if (!session.found) {
        buf_say(w->problem, "%s: there is no [sso-session %.*s]",
            buf_text(&w->plan->place), SPAN_ARG(name));
        return STATUS_INVALID;
    }
    enum status st = buf_append(&w->plan->sso.session, name);
    if (st == STATUS_OK)
        st = read_sso(w, s, &session);
    return st;
}

static enum status
plan_source_environment(struct walk *w, const struct shared_section *s)
{
    w->plan->kind = PLAN_KEYS;
    enum status st = plan_read_environment(&w->plan->keys, w->problem);
    if (st != STATUS_NOT_FOUND)
        return st;
    buf_clear(w->problem);
    return refuse(w, s, PROFILE_CREDENTIAL_SOURCE,
        "= Environment, but AWS_ACCESS_KEY_ID is not set");
}

static enum status
plan_source_container(struct walk *w, const struct shared_section *s)
{
    enum status st = plan_find_container(w->plan, w->problem);
    return st == STATUS_NOT_FOUND
               ? refuse(w, s, PROFILE_CREDENTIAL_SOURCE,
                     "= EcsContainer, but "
                     "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set")
               : st;
}

static enum status
plan_source_imds(struct walk *w, const struct shared_section *s)
{
    w->plan->kind = PLAN_IMDS;
    enum status st = plan_find_imds(s, &w->plan->imds, w->problem);
    if (st != STATUS_NOT_FOUND)
        return st;
    buf_clear(w->problem);
    return refuse(w, s, PROFILE_CREDENTIAL_SOURCE,
        "= Ec2InstanceMetadata, but AWS_EC2_METADATA_DISABLED is set");
}

static enum status
plan_source(struct walk *w, const struct shared_section *s)
{
    static const struct {
        const char *name;
        enum status (*plan)(struct walk *, const struct shared_section *);
    } sources[] = {
        { "Environment", plan_source_environment },
        { "EcsContainer", plan_source_container },
        { "Ec2InstanceMetadata", plan_source_imds },
    };
    struct span name = shared_section_get(s, PROFILE_CREDENTIAL_SOURCE);
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (span_equal_text(name, sources[i].name))
            return sources[i].plan(w, s);
    return refuse(w, s, PROFILE_CREDENTIAL_SOURCE,
        "must be Environment, Ec2InstanceMetadata or EcsContainer");
}

/* What asks for a role, or excludes the others. */
static enum status
check_kinds(struct walk *w, const struct shared_section *s)
{
    static const struct {
        enum profile_key key;
        bool needs_role;
    } kinds[] = {
        { PROFILE_SOURCE_PROFILE, true },
        { PROFILE_CREDENTIAL_SOURCE, true },
        { PROFILE_WEB_IDENTITY_TOKEN_FILE, true },
        { PROFILE_CREDENTIAL_PROCESS, false },
    };
    size_t found = 0;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!has(s, kinds[i].key))
            continue;
        if (kinds[i].needs_role && !has(s, PROFILE_ROLE_ARN))
            return refuse(w, s, kinds[i].key, "needs a role_arn beside it");
        if (found++ > 0)
            return refuse(w, s, kinds[i].key,
                "stands beside another source of credentials: leave one");
    }
    return STATUS_OK;
}

static enum status walk_profile(
    struct walk *w, struct span name, const struct shared_section *s);

static enum status
walk_source_profile(struct walk *w, const struct shared_section *s)
{
    struct shared_section source;
    struct span name = shared_section_get(s, PROFILE_SOURCE_PROFILE);
    if (w->depth == PLAN_ROLES_MAX)
        return refuse(w, s, PROFILE_SOURCE_PROFILE, "goes on too long");
    shared_files_section(w->shared, PROFILE_SECTION_PROFILE, name, &source);
    if (!source.found)
        return refuse(
            w, s, PROFILE_SOURCE_PROFILE, "names a profile that is not there");
    enum status st = walk_profile(w, name, &source);
    return st == STATUS_NOT_FOUND
               ? refuse(w, s, PROFILE_SOURCE_PROFILE,
                     "names a profile that has no credentials (or a circle)")
               : st;
}

/* Where the credentials are that this profile starts from. */
static enum status
walk_base(struct walk *w, const struct shared_section *s, bool again)
{
    size_t file = 0;
    bool has_keys = find_keys(s, &file);
    if (has_keys && w->depth > 1)
        return plan_keys(w, s, file);
    if (has(s, PROFILE_SOURCE_PROFILE) && !again)
        return walk_source_profile(w, s);
    if (has_keys)
        return plan_keys(w, s, file);
    if (has(s, PROFILE_CREDENTIAL_SOURCE))
        return plan_source(w, s);
    if (has(s, PROFILE_WEB_IDENTITY_TOKEN_FILE))
        return plan_web_identity(w, s);
    if (has(s, PROFILE_SSO_SESSION) || has(s, PROFILE_SSO_START_URL))
        return plan_sso(w, s);
    if (has(s, PROFILE_CREDENTIAL_PROCESS))
        return plan_process(w, s);
    return STATUS_NOT_FOUND;
}

/* A profile that is met again gives its credentials but not its role. One
 * that has only a role takes it up with what the environment has. */
static enum status
walk_profile(struct walk *w, struct span name, const struct shared_section *s)
{
    bool again = was_seen(w, name);
    enum status st = again ? STATUS_OK : check_kinds(w, s);
    if (st != STATUS_OK)
        return st;
    if (!again)
        w->names[w->depth] = name;
    w->depth++;
    st = walk_base(w, s, again);
    bool goes_on = st == STATUS_OK || (st == STATUS_NOT_FOUND && w->depth == 1);
    if (!goes_on || again || w->web == s || !has(s, PROFILE_ROLE_ARN))
        return st;
    enum status made = read_role(w, s, &w->plan->roles[w->plan->role_count++]);
    return made == STATUS_OK ? st : made;
}

enum status
plan_profile(const struct shared_files *shared,
    const struct shared_section *profile, struct plan *plan,
    struct buf *problem)
{
    struct walk w = { .shared = shared, .plan = plan, .problem = problem };
    return walk_profile(&w, buf_span(&shared->profile), profile);
}
