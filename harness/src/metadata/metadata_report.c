/* SPDX-License-Identifier: Apache-2.0 */
#include "metadata/metadata_report.h"

#include "base/json_writer.h"
#include "process/printing.h"

enum { VARIABLES_MAX = 8, GROUPS = 3 };

struct variable {
    const char *name, *value;
};

/* What one service needs to be found and used. */
struct group {
    const char *name, *title;
    struct variable variables[VARIABLES_MAX + 1]; /* ends in a NULL name */
};

struct texts {
    struct buf endpoint, container, access, refresh;
};

static void
texts_reset(struct texts *texts)
{
    buf_reset(&texts->endpoint);
    buf_reset(&texts->container);
    buf_reset(&texts->access);
    buf_reset(&texts->refresh);
}

static enum status
fill_texts(const struct services *services, uint16_t port, struct texts *texts)
{
    enum status status =
        buf_printf(&texts->endpoint, "http://127.0.0.1:%u", (unsigned)port);

    if (status == STATUS_OK)
        status = buf_printf(
            &texts->container, "%s/v1/credentials", buf_text(&texts->endpoint));
    if (status == STATUS_OK)
        status = services_sso_token(services, &texts->access);
    if (status == STATUS_OK)
        status = services_sso_refresh_token(services, &texts->refresh);
    return status;
}

static void
fill_groups(const struct services *services, const struct texts *texts,
    struct group groups[GROUPS])
{
    const char *endpoint = buf_text(&texts->endpoint);
    const struct group table[GROUPS] = {
        { "imds", "instance metadata",
            { { "AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint },
                { "AWS_EC2_METADATA_DISABLED", "false" } } },
        { "container", "container credentials, which go before those",
            { { "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  buf_text(&texts->container) },
                { "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                    services->authorization_file } } },
        { "sso", "SSO: for a profile and its token cache",
            { { "AWS_ENDPOINT_URL_SSO", endpoint },
                { "AWS_ENDPOINT_URL_SSO_OIDC", endpoint },
                { "KMSLAB_SSO_ACCOUNT_ID", services->account.access_key_id },
                { "KMSLAB_SSO_ROLE_NAME", services->role },
                { "KMSLAB_SSO_ACCESS_TOKEN", buf_text(&texts->access) },
                { "KMSLAB_SSO_REFRESH_TOKEN", buf_text(&texts->refresh) },
                { "KMSLAB_SSO_CLIENT_ID", SERVICES_CLIENT_ID } } },
    };

    memcpy(groups, table, sizeof(table));
}

static enum status
write_text(
    const char *endpoint, const struct group groups[GROUPS], struct buf *out)
{
    enum status status =
        buf_printf(out, "# kmslab metadata ready %s\n", endpoint);

    for (size_t i = 0; i < GROUPS && status == STATUS_OK; i++) {
        status = buf_printf(out, "#\n# %s:\n", groups[i].title);
        for (const struct variable *v = groups[i].variables;
             v->name != NULL && status == STATUS_OK; v++)
            status = printing_export(v->name, v->value, out);
    }
    return status == STATUS_OK
               ? buf_append_text(out, "#\n# Runs until Ctrl-C.\n")
               : status;
}

static enum status
write_json(const struct services *services, const char *endpoint,
    const struct group groups[GROUPS], struct buf *out)
{
    struct json_writer w = json_writer_to(out);
    enum status status;

    json_write_object_begin(&w);
    json_write_key_text(&w, "endpoint", endpoint);
    json_write_key_text(&w, "emulator", services->account.endpoint);
    for (size_t i = 0; i < GROUPS; i++) {
        json_write_key(&w, groups[i].name);
        json_write_object_begin(&w);
        for (const struct variable *v = groups[i].variables; v->name != NULL;
             v++)
            json_write_key_text(&w, v->name, v->value);
        json_write_object_end(&w);
    }
    json_write_object_end(&w);
    status = json_writer_end(&w);
    return status == STATUS_OK ? buf_append_byte(out, '\n') : status;
}

enum status
metadata_report(
    const struct services *services, uint16_t port, bool json, struct buf *out)
{
    struct texts texts = { { 0 }, { 0 }, { 0 }, { 0 } };
    struct group groups[GROUPS];
    enum status status = fill_texts(services, port, &texts);

    if (status != STATUS_OK)
        goto out;
    fill_groups(services, &texts, groups);
    status = json ? write_json(services, buf_text(&texts.endpoint), groups, out)
                  : write_text(buf_text(&texts.endpoint), groups, out);
out:
    texts_reset(&texts);
    return status;
}
