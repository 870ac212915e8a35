/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What readers of the public texts on Secrets encryption do with a cluster
 * that holds Secrets already: each step is a configuration, a restart, and
 * `kubectl get secrets -o json | kubectl replace -f -`.
 */
#include "e2e/check.h"
#include "e2e/providers.h"
#include "e2e/scenario.h"

static const char *const secrets[] = { "first", "second", "third" };

static enum status
each_stored(struct lab *lab, const char *prefix, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++) {
        st = check_reads(lab, secrets[i], problem);
        if (st == STATUS_OK)
            st = check_stored(lab, secrets[i], prefix, problem);
    }
    return st;
}

/* Rewrites all; each was stale before and is not after. */
static enum status
rewrite_all(struct lab *lab, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++) {
        st = check_rewrite(lab, secrets[i], true, problem);
        if (st == STATUS_OK)
            st = check_rewrite(lab, secrets[i], false, problem);
    }
    return st;
}

static enum status
create_all(struct lab *lab, struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < ARRAY_LEN(secrets) && st == STATUS_OK; i++)
        st = check_create(lab, secrets[i], problem);
    return st;
}

/* One step of a migration: a configuration, what etcd holds under it before
 * and after everything is rewritten. */
struct step {
    const char *note;
    enum providers_kind providers[3];
    size_t provider_count;
    const char *before; /* prefix of the stored values */
    const char *after;  /* NULL: nothing is rewritten in this step */
};

static enum status
run_step(struct lab *lab, const struct step *step, struct buf *problem)
{
    struct buf text = { 0 };
    enum status st = STATUS_OK;

    check_note("%s", step->note);
    for (size_t i = 0; i < step->provider_count && st == STATUS_OK; i++)
        st = providers_append(lab, step->providers[i], &text);
    if (st == STATUS_OK)
        st = lab_restart(
            lab, step->provider_count == 0 ? NULL : buf_text(&text), problem);
    if (st == STATUS_OK)
        st = each_stored(lab, step->before, problem);
    if (st == STATUS_OK && step->after != NULL)
        st = rewrite_all(lab, problem);
    if (st == STATUS_OK && step->after != NULL)
        st = each_stored(lab, step->after, problem);
    buf_reset(&text);
    return st;
}

static enum status
run_steps(struct lab *lab, const struct step *steps, size_t count,
    struct buf *problem)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = run_step(lab, &steps[i], problem);
    return st;
}

enum status
enable_and_disable(struct lab *lab, struct buf *problem)
{
    static const struct step steps[] = {
        { "kms can read, nothing is encrypted yet",
            { PROVIDERS_IDENTITY, PROVIDERS_KMS_V2 }, 2, check_plain_prefix,
            NULL },
        { "kms writes; plain values stay until they are rewritten",
            { PROVIDERS_KMS_V2, PROVIDERS_IDENTITY }, 2, check_plain_prefix,
            PROVIDERS_KMS_V2_PREFIX },
        { "back: identity writes, kms still reads",
            { PROVIDERS_IDENTITY, PROVIDERS_KMS_V2 }, 2,
            PROVIDERS_KMS_V2_PREFIX, check_plain_prefix },
        { "no EncryptionConfiguration any more", { 0 }, 0, check_plain_prefix,
            NULL },
    };
    enum status st = lab_restart(lab, NULL, problem);

    if (st == STATUS_OK)
        st = create_all(lab, problem);
    if (st == STATUS_OK)
        st = each_stored(lab, check_plain_prefix, problem);
    if (st == STATUS_OK)
        st = run_steps(lab, steps, ARRAY_LEN(steps), problem);
    return st;
}

enum status
aescbc_to_kms(struct lab *lab, struct buf *problem)
{
    static const struct step steps[] = {
        { "kms writes, aescbc still reads",
            { PROVIDERS_KMS_V2, PROVIDERS_AESCBC, PROVIDERS_IDENTITY }, 3,
            PROVIDERS_AESCBC_PREFIX, PROVIDERS_KMS_V2_PREFIX },
        { "aescbc is gone", { PROVIDERS_KMS_V2 }, 1, PROVIDERS_KMS_V2_PREFIX,
            NULL },
    };
    struct buf text = { 0 };
    enum status st = providers_append(lab, PROVIDERS_AESCBC, &text);

    if (st == STATUS_OK)
        st = providers_append(lab, PROVIDERS_IDENTITY, &text);
    if (st == STATUS_OK)
        st = lab_restart(lab, buf_text(&text), problem);
    if (st == STATUS_OK)
        st = create_all(lab, problem);
    if (st == STATUS_OK)
        st = each_stored(lab, PROVIDERS_AESCBC_PREFIX, problem);
    if (st == STATUS_OK)
        st = run_steps(lab, steps, ARRAY_LEN(steps), problem);
    buf_reset(&text);
    return st;
}
