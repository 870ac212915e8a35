/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/plan.h"

#include "credentials/credentials_set.h"
#include "credentials/plan_profile.h"
#include "credentials/service_url.h"

#include <stdlib.h>
#include <strings.h>

static void
role_reset(struct plan_role *role)
{
    buf_reset(&role->arn);
    buf_reset(&role->session_name);
    buf_reset(&role->external_id);
    buf_reset(&role->place);
}

void
plan_reset(struct plan *plan)
{
    struct buf *const bufs[] = { &plan->place, &plan->tried, &plan->token_file,
        &plan->sso.session, &plan->sso.start_url, &plan->sso.region,
        &plan->sso.account_id, &plan->sso.role_name, &plan->sso.portal_url,
        &plan->sso.oidc_url, &plan->command, &plan->container.url,
        &plan->container.token_file, &plan->container.token, &plan->imds.url,
        &plan->sts_url, &plan->sts_region, &plan->ca_file };
    for (size_t i = 0; i < ARRAY_LEN(bufs); i++)
        buf_reset(bufs[i]);
    credentials_set_reset(&plan->keys);
    role_reset(&plan->web_role);
    for (size_t i = 0; i < PLAN_ROLES_MAX; i++)
        role_reset(&plan->roles[i]);
    *plan = (struct plan){ 0 };
}

const char *
plan_name(const struct plan *plan)
{
    static const char *const names[] = {
        [PLAN_KEYS] = "profile",
        [PLAN_WEB_IDENTITY] = "web-identity",
        [PLAN_SSO] = "sso",
        [PLAN_PROCESS] = "process",
        [PLAN_CONTAINER] = "container",
        [PLAN_IMDS] = "imds",
    };
    return plan->role_count > 0 ? "assume-role" : names[plan->kind];
}

/* The first of two variables that is set. */
static struct span
one_of(const char *first, const char *second)
{
    struct span value = span_text(getenv(first));
    return value.len > 0 ? value : span_text(getenv(second));
}

enum status
plan_read_environment(struct credentials_set *out, struct buf *problem)
{
    const struct sigv4_credentials from = {
        one_of("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
        one_of("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"),
        span_text(getenv("AWS_SESSION_TOKEN")),
    };
    bool has_key = from.access_key_id.len > 0;
    bool has_secret = from.secret_access_key.len > 0;
    if (!has_key && !has_secret) {
        buf_say(problem, "AWS_ACCESS_KEY_ID is not set");
        return STATUS_NOT_FOUND;
    }
    if (!has_key || !has_secret) {
        buf_say(problem, "AWS_%s is set, but AWS_%s is not",
            has_key ? "ACCESS_KEY_ID" : "SECRET_ACCESS_KEY",
            has_key ? "SECRET_ACCESS_KEY" : "ACCESS_KEY_ID");
        return STATUS_INVALID;
    }
    struct buf what = { 0 };
    enum status st = credentials_set_make(&from, out, &what);
    if (st != STATUS_OK)
        buf_say(problem, "the environment's AWS %s", buf_text(&what));
    buf_reset(&what);
    return st;
}

static enum status
plan_environment_token(struct plan *plan, struct buf *problem)
{
    struct span file = span_text(getenv("AWS_WEB_IDENTITY_TOKEN_FILE"));
    struct span arn = span_text(getenv("AWS_ROLE_ARN"));
    if (file.len == 0)
        return STATUS_NOT_FOUND;
    if (arn.len == 0) {
        buf_say(problem,
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
        return STATUS_INVALID;
    }
    plan->kind = PLAN_WEB_IDENTITY;
    enum status st = buf_append(&plan->token_file, file);
    if (st == STATUS_OK)
        st = buf_append_text(&plan->place, "AWS_WEB_IDENTITY_TOKEN_FILE");
    if (st == STATUS_OK)
        st = buf_append(&plan->web_role.arn, arn);
    if (st == STATUS_OK)
        st = buf_append_text(&plan->web_role.place, "AWS_ROLE_ARN");
    if (st == STATUS_OK)
        st = buf_append(&plan->web_role.session_name,
            span_text(getenv("AWS_ROLE_SESSION_NAME")));
    return st;
}

static bool
is_loopback(struct span host)
{
    return span_equal_text(host, "localhost") || span_equal_text(host, "::1") ||
           (span_starts_with(host, SPAN_LITERAL("127.")) &&
               strspn((const char *)host.ptr, "0123456789.") >= host.len);
}

/* Tokens go in the clear only to this machine, and to the addresses that ECS
 * and EKS have for it. */
static bool
may_be_asked(struct span url)
{
    static const char *const others[] = { "169.254.170.2", "169.254.170.23",
        "fd00:ec2::23" };
    const struct span http = SPAN_LITERAL("http://");
    if (!service_url_is_plain(url))
        return false;
    if (span_starts_with(url, SPAN_LITERAL("https://")))
        return true;
    struct span host = span_skip(url, http.len), rest;
    host = span_first(host, strcspn((const char *)host.ptr, "/?#"));
    if (span_starts_with(host, SPAN_LITERAL("["))) {
        if (!span_cut(span_skip(host, 1), ']', &host, &rest) ||
            (rest.len > 0 && rest.ptr[0] != ':'))
            return false;
    } else {
        (void)span_cut(host, ':', &host, &rest);
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (span_equal_text(host, others[i]))
            return true;
    return is_loopback(host);
}

static enum status
find_container_url(struct plan *plan, struct buf *problem)
{
    static const char in_ecs[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    static const char anywhere[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    struct span path = span_text(getenv(in_ecs));
    struct span url = span_text(getenv(anywhere));
    if (path.len > 0 && path.ptr[0] != '/') {
        buf_say(problem, "%s must start with '/'", in_ecs);
        return STATUS_INVALID;
    }
    buf_say(&plan->place, "%s", path.len > 0 ? in_ecs : anywhere);
    if (path.len > 0)
        return buf_printf(
            &plan->container.url, "http://169.254.170.2%.*s", SPAN_ARG(path));
    if (url.len == 0)
        return STATUS_NOT_FOUND;
    if (may_be_asked(url))
        return buf_append(&plan->container.url, url);
    buf_say(problem,
        "%s must be https, or http of this machine (127.0.0.1, localhost), "
        "169.254.170.2, 169.254.170.23 or [fd00:ec2::23]",
        anywhere);
    return STATUS_INVALID;
}

enum status
plan_find_container(struct plan *plan, struct buf *problem)
{
    buf_clear(&plan->place);
    enum status st = find_container_url(plan, problem);
    if (st != STATUS_OK)
        return st;
    plan->kind = PLAN_CONTAINER;
    st = buf_append(&plan->container.token_file,
        span_text(getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")));
    if (st == STATUS_OK)
        st = buf_append(&plan->container.token,
            span_text(getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN")));
    return st;
}

static bool
is_word(struct span text, const char *word)
{
    return text.len == strlen(word) &&
           strncasecmp((const char *)text.ptr, word, text.len) == 0;
}

enum status
plan_find_imds(const struct shared_section *profile, struct plan_imds *out,
    struct buf *problem)
{
    struct span url = shared_section_setting(profile,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT", PROFILE_EC2_METADATA_ENDPOINT);
    struct span mode = shared_section_setting(profile,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        PROFILE_EC2_METADATA_ENDPOINT_MODE);
    if (is_word(span_text(getenv("AWS_EC2_METADATA_DISABLED")), "true")) {
        buf_say(problem, "AWS_EC2_METADATA_DISABLED is set");
        return STATUS_NOT_FOUND;
    }
    out->v1_disabled =
        is_word(shared_section_setting(profile, "AWS_EC2_METADATA_V1_DISABLED",
                    PROFILE_EC2_METADATA_V1_DISABLED),
            "true");
    if (mode.len > 0 && !is_word(mode, "IPv4") && !is_word(mode, "IPv6")) {
        buf_say(problem, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, or the "
                         "profile's, must be IPv4 or IPv6");
        return STATUS_INVALID;
    }
    if (url.len == 0)
        url = is_word(mode, "IPv6") ? SPAN_LITERAL("http://[fd00:ec2::254]")
                                    : SPAN_LITERAL("http://169.254.169.254");
    if (!service_url_is_plain(url)) {
        buf_say(problem, "AWS_EC2_METADATA_SERVICE_ENDPOINT, or the profile's, "
                         "is no http or https URL");
        return STATUS_INVALID;
    }
    while (span_ends_with(url, SPAN_LITERAL("/")))
        url = span_first(url, url.len - 1);
    return buf_set(&out->url, url);
}

/* Before STS was regional, these Regions' was the global one. */
static bool
is_legacy_region(struct span region)
{
    static const char *const names[] = { "ap-northeast-1", "ap-south-1",
        "ap-southeast-1", "ap-southeast-2", "aws-global", "ca-central-1",
        "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
        "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_equal_text(region, names[i]))
            return true;
    return false;
}

static enum status
find_sts(const struct shared_section *profile, struct span region,
    struct plan *plan, struct buf *problem)
{
    struct buf aws = { 0 };
    enum status st =
        service_url_find(SERVICE_STS, profile, region, &plan->sts_url, problem);
    if (st == STATUS_OK)
        st = buf_set(&plan->sts_region, region);
    if (st == STATUS_OK)
        st = buf_printf(
            &aws, "https://sts.%.*s.amazonaws.com", SPAN_ARG(region));
    if (st == STATUS_OK && is_legacy_region(region) &&
        is_word(shared_section_setting(profile, "AWS_STS_REGIONAL_ENDPOINTS",
                    PROFILE_STS_REGIONAL_ENDPOINTS),
            "legacy") &&
        span_equal(buf_span(&aws), buf_span(&plan->sts_url))) {
        st = buf_set(&plan->sts_url, SPAN_LITERAL("https://sts.amazonaws.com"));
        if (st == STATUS_OK)
            st = buf_set(&plan->sts_region, SPAN_LITERAL("us-east-1"));
    }
    buf_reset(&aws);
    return st;
}

/* What the environment has where no profile says anything. */
static enum status
plan_rest(const struct shared_section *profile, struct plan *plan,
    struct buf *problem)
{
    const struct shared_files *shared = profile->shared;
    struct buf why = { 0 };
    enum status st = plan_find_container(plan, problem);
    if (st != STATUS_NOT_FOUND)
        return st;
    buf_say(&plan->tried,
        "AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE and "
        "AWS_CONTAINER_CREDENTIALS_*_URI are not set, no credentials of "
        "profile \"%s\" in ",
        buf_text(&shared->profile));
    shared_files_say(shared, &plan->tried);
    buf_clear(&plan->place);
    buf_say(&plan->place, "instance metadata");
    st = plan_find_imds(profile, &plan->imds, &why);
    plan->kind = PLAN_IMDS;
    if (st == STATUS_NOT_FOUND)
        buf_say(problem, "%s; %s", buf_text(&why), buf_text(&plan->tried));
    else if (st != STATUS_OK)
        buf_say(problem, "%s", buf_text(&why));
    buf_reset(&why);
    return st;
}

static enum status
find_common(const struct shared_section *profile, struct span region,
    struct plan *plan, struct buf *problem)
{
    enum status st = buf_append(&plan->ca_file,
        shared_section_setting(profile, "AWS_CA_BUNDLE", PROFILE_CA_BUNDLE));
    if (st == STATUS_OK &&
        (plan->role_count > 0 || plan->kind == PLAN_WEB_IDENTITY))
        st = find_sts(profile,
            region.len > 0 ? region
                           : shared_section_get(profile, PROFILE_REGION),
            plan, problem);
    return st;
}

enum status
plan_make(const struct shared_files *shared, struct span region,
    struct plan *out, struct buf *problem)
{
    struct shared_section profile;
    shared_files_section(
        shared, PROFILE_SECTION_PROFILE, buf_span(&shared->profile), &profile);
    enum status st = plan_environment_token(out, problem);
    if (st == STATUS_NOT_FOUND && shared->profile_named && !profile.found) {
        buf_say(problem, "there is no profile \"%s\" in ",
            buf_text(&shared->profile));
        shared_files_say(shared, problem);
        return STATUS_INVALID;
    }
    if (st == STATUS_NOT_FOUND)
        st = plan_profile(shared, &profile, out, problem);
    if (st == STATUS_NOT_FOUND)
        st = plan_rest(&profile, out, problem);
    if (st == STATUS_OK)
        st = find_common(&profile, region, out, problem);
    return st;
}
