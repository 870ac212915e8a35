/* SPDX-License-Identifier: Apache-2.0 */
#include "check/advice.h"

enum { BEST_KEY_LEN = 32 };

/* ---- what may be so about a resource --------------------------------- */

static bool
is_kms(const struct provider_config *provider)
{
    return provider->kind == PROVIDER_KMS_V1 ||
           provider->kind == PROVIDER_KMS_V2;
}

static bool
is_first(const struct coverage *c, enum provider_kind kind)
{
    return c->provider_count > 0 && c->providers[0]->kind == kind;
}

static bool
has(const struct coverage *c, enum provider_kind kind)
{
    for (size_t i = 0; i < c->provider_count; i++)
        if (c->providers[i]->kind == kind)
            return true;
    return false;
}

static bool
not_covered(const struct coverage *c)
{
    return c->provider_count == 0;
}

static bool
identity_alone(const struct coverage *c)
{
    return c->provider_count == 1 && is_first(c, PROVIDER_IDENTITY);
}

static bool
identity_first(const struct coverage *c)
{
    return c->provider_count > 1 && is_first(c, PROVIDER_IDENTITY);
}

static bool
identity_later(const struct coverage *c)
{
    return !is_first(c, PROVIDER_IDENTITY) && has(c, PROVIDER_IDENTITY);
}

static bool
no_identity(const struct coverage *c)
{
    return c->provider_count > 0 && !has(c, PROVIDER_IDENTITY);
}

static bool
aescbc_writes(const struct coverage *c)
{
    return is_first(c, PROVIDER_AESCBC);
}

static bool
aesgcm_writes(const struct coverage *c)
{
    return is_first(c, PROVIDER_AESGCM);
}

static bool
local_key_writes(const struct coverage *c)
{
    return c->provider_count > 0 && !is_kms(c->providers[0]) &&
           !is_first(c, PROVIDER_IDENTITY);
}

static bool
short_key_writes(const struct coverage *c)
{
    return local_key_writes(c) &&
           c->providers[0]->keys[0].secret.len < BEST_KEY_LEN;
}

static bool
several_keys(const struct coverage *c)
{
    for (size_t i = 0; i < c->provider_count; i++)
        if (c->providers[i]->key_count > 1)
            return true;
    return false;
}

static bool
kms_v1_named(const struct coverage *c)
{
    return has(c, PROVIDER_KMS_V1);
}

static bool
several_kms(const struct coverage *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->provider_count; i++)
        count += is_kms(c->providers[i]);
    return count > 1;
}

/* kube-apiserver uses the URL's path alone, and takes a URL without one. */
static bool
no_socket_path(const struct coverage *c)
{
    struct span prefix = SPAN_LITERAL("unix:///");
    for (size_t i = 0; i < c->provider_count; i++) {
        struct span endpoint = buf_span(&c->providers[i]->endpoint);
        if (is_kms(c->providers[i]) &&
            (endpoint.len == prefix.len || !span_starts_with(endpoint, prefix)))
            return true;
    }
    return false;
}

/* ---- what is then to be said ----------------------------------------- */

static const struct rule {
    bool (*applies)(const struct coverage *);
    struct advice advice;
} rules[] = {
    { not_covered, { ADVICE_WARNING, "no rule names it: stored in plain" } },
    { identity_alone,
        { ADVICE_WARNING, "identity is its only provider: stored in plain" } },
    { identity_first,
        { ADVICE_WARNING,
            "identity comes first: what is written is stored in plain" } },
    { identity_later,
        { ADVICE_NOTE,
            "identity is listed: values in plain are still read; once all are"
            " rewritten it can go" } },
    { no_identity,
        { ADVICE_NOTE,
            "identity is not listed: values stored before encryption was"
            " turned on cannot be read" } },
    { aescbc_writes,
        { ADVICE_WARNING,
            "aescbc does not notice changed values and is open to"
            " padding-oracle attacks: prefer kms v2, or secretbox" } },
    { aesgcm_writes,
        { ADVICE_WARNING,
            "aesgcm draws its nonces at random: a key must be replaced before"
            " 200,000 writes" } },
    { local_key_writes,
        { ADVICE_WARNING,
            "the key stands in this file: whoever reads the control plane's"
            " disk can decrypt" } },
    { short_key_writes,
        { ADVICE_NOTE, "the key that writes has less than 32 bytes" } },
    { several_keys,
        { ADVICE_NOTE,
            "the first key of a provider writes, the others only read: rewrite"
            " all values before one is removed" } },
    { kms_v1_named,
        { ADVICE_WARNING,
            "KMS v1 is deprecated, off by default since Kubernetes 1.29, and"
            " calls the plugin for each write: use v2" } },
    { several_kms,
        { ADVICE_NOTE,
            "several kms providers: the first writes; rewrite all values before"
            " another is removed" } },
    { no_socket_path,
        { ADVICE_WARNING,
            "an endpoint does not have the form unix:///PATH: kube-apiserver"
            " uses the part after the host only" } },
};

size_t
advice_give(const struct coverage *coverage, struct advice advice[ADVICE_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (rules[i].applies(coverage))
            advice[count++] = rules[i].advice;
    return count;
}
