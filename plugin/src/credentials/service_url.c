/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials/service_url.h"

#include "aws/partition.h"
#include "credentials/credentials_set.h"

#include <stdlib.h>
#include <strings.h>

static const struct {
    const char *host, *variable;
    enum profile_key key;
} services[] = {
    [SERVICE_KMS] = { "kms", "AWS_ENDPOINT_URL_KMS", PROFILE_KMS_ENDPOINT_URL },
    [SERVICE_SSO] = { "portal.sso", "AWS_ENDPOINT_URL_SSO",
        PROFILE_SSO_ENDPOINT_URL },
    [SERVICE_SSO_OIDC] = { "oidc", "AWS_ENDPOINT_URL_SSO_OIDC",
        PROFILE_SSO_OIDC_ENDPOINT_URL },
    [SERVICE_STS] = { "sts", "AWS_ENDPOINT_URL_STS", PROFILE_STS_ENDPOINT_URL },
};

/* A variable, else the profile's setting, says "true". */
static bool
is_true(const char *variable, const struct shared_section *profile,
    enum profile_key key)
{
    struct span value = span_text(getenv(variable));
    if (value.len == 0)
        value = shared_section_get(profile, key);
    return value.len == 4 &&
           strncasecmp((const char *)value.ptr, "true", 4) == 0;
}

bool
service_url_is_plain(struct span text)
{
    struct span rest = { 0 };
    static const struct span schemes[] = { SPAN_INIT("http://"),
        SPAN_INIT("https://") };
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (span_starts_with(text, schemes[i]))
            rest = span_skip(text, schemes[i].len);
    for (size_t i = 0; i < rest.len; i++)
        if (rest.ptr[i] <= ' ' || rest.ptr[i] >= 0x7f || rest.ptr[i] == '@')
            return false;
    return rest.len > 0 && rest.ptr[0] != '/';
}

static enum status
take_url(struct span text, struct buf *url)
{
    while (span_ends_with(text, SPAN_LITERAL("/")))
        text = span_first(text, text.len - 1);
    return buf_set(url, text);
}

static enum status
url_of_environment(enum service service, struct buf *url, struct buf *problem)
{
    const char *const variables[] = { services[service].variable,
        "AWS_ENDPOINT_URL" };
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        struct span value = span_text(getenv(variables[i]));
        if (value.len == 0)
            continue;
        if (service_url_is_plain(value))
            return take_url(value, url);
        buf_say(problem, "%s is no http or https URL", variables[i]);
        return STATUS_INVALID;
    }
    return STATUS_NOT_FOUND;
}

static enum status
url_of_setting(const struct shared_section *section, enum profile_key key,
    struct buf *url, struct buf *problem)
{
    struct span value = shared_section_get(section, key);
    if (value.len == 0)
        return STATUS_NOT_FOUND;
    if (service_url_is_plain(value))
        return take_url(value, url);
    shared_section_say_place(section, key, problem);
    buf_say(problem, ": %s is no http or https URL", profile_key_name(key));
    return STATUS_INVALID;
}

static enum status
url_of_profile(enum service service, const struct shared_section *profile,
    struct buf *url, struct buf *problem)
{
    struct span name = shared_section_get(profile, PROFILE_SERVICES);
    enum status st = STATUS_NOT_FOUND;
    if (name.len > 0) {
        struct shared_section section;
        shared_files_section(
            profile->shared, PROFILE_SECTION_SERVICES, name, &section);
        st = url_of_setting(&section, services[service].key, url, problem);
    }
    if (st == STATUS_NOT_FOUND)
        st = url_of_setting(profile, PROFILE_ENDPOINT_URL, url, problem);
    return st;
}

enum status
service_url_default(enum service service, const struct shared_section *profile,
    struct span region, struct buf *url, struct buf *problem)
{
    bool fips =
        is_true("AWS_USE_FIPS_ENDPOINT", profile, PROFILE_USE_FIPS_ENDPOINT);
    bool dual_stack = is_true(
        "AWS_USE_DUALSTACK_ENDPOINT", profile, PROFILE_USE_DUALSTACK_ENDPOINT);
    if (!credentials_is_region(region)) {
        buf_say(problem, "no Region is known for %s: set AWS_REGION",
            services[service].host);
        return STATUS_INVALID;
    }
    const struct partition *partition = partition_of(region);
    buf_clear(url);
    return buf_printf(url, "https://%s%s.%.*s.%s", services[service].host,
        fips ? "-fips" : "", SPAN_ARG(region),
        dual_stack ? partition->dual_stack_domain : partition->domain);
}

enum status
service_url_find(enum service service, const struct shared_section *profile,
    struct span region, struct buf *url, struct buf *problem)
{
    enum status st = STATUS_NOT_FOUND;
    if (!is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profile,
            PROFILE_IGNORE_ENDPOINT_URLS)) {
        st = url_of_environment(service, url, problem);
        if (st == STATUS_NOT_FOUND)
            st = url_of_profile(service, profile, url, problem);
    }
    if (st == STATUS_NOT_FOUND)
        st = service_url_default(service, profile, region, url, problem);
    return st;
}
