/* SPDX-License-Identifier: Apache-2.0 */
#include "services/aws_variables.h"

void
aws_variables_of(const struct kms_account *account,
    struct aws_variable variables[AWS_VARIABLES_COUNT])
{
    const struct aws_variable table[AWS_VARIABLES_COUNT] = {
        { "KMSLAB_ENDPOINT", account->endpoint },
        { "AWS_ENDPOINT_URL", account->endpoint },
        { "AWS_ENDPOINT_URL_KMS", account->endpoint },
        { "AWS_ENDPOINT_URL_STS", account->endpoint },
        { "AWS_ACCESS_KEY_ID", account->access_key_id },
        { "AWS_SECRET_ACCESS_KEY", account->secret_access_key },
        { "AWS_REGION", account->region },
        { "AWS_DEFAULT_REGION", account->region },
        { "AWS_EC2_METADATA_DISABLED", "true" },
    };

    memcpy(variables, table, sizeof(table));
}

/* Adds 127.0.0.1 to the list of hosts that are reached without a proxy. */
static enum status
spare_loopback(struct environment *environment, const char *name)
{
    const char *present = environment_get(environment, name);
    struct buf value = { 0 };
    enum status status;

    if (present == NULL || present[0] == '\0')
        return environment_set(environment, name, "127.0.0.1");
    status = buf_printf(&value, "%s,127.0.0.1", present);
    if (status == STATUS_OK)
        status = environment_set(environment, name, buf_text(&value));
    buf_reset(&value);
    return status;
}

enum status
aws_variables_set(
    const struct kms_account *account, struct environment *environment)
{
    static const char *const misleading[] = { "AWS_SESSION_TOKEN",
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" };
    struct aws_variable variables[AWS_VARIABLES_COUNT];
    enum status status = STATUS_OK;

    aws_variables_of(account, variables);
    for (size_t i = 0; i < ARRAY_LEN(misleading); i++)
        environment_unset(environment, misleading[i]);
    for (size_t i = 0; i < AWS_VARIABLES_COUNT && status == STATUS_OK; i++)
        status =
            environment_set(environment, variables[i].name, variables[i].value);
    if (status == STATUS_OK)
        status = spare_loopback(environment, "no_proxy");
    if (status == STATUS_OK)
        status = spare_loopback(environment, "NO_PROXY");
    return status;
}
