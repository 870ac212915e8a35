/* SPDX-License-Identifier: Apache-2.0 */
#include "options_tls.h"

enum status
options_tls_source(struct options_tls *tls, const char *value)
{
    static const char word[] = "self-signed";
    size_t len = sizeof(word) - 1;
    if (strncmp(value, word, len) != 0)
        return STATUS_INVALID;
    if (value[len] != '\0' && (value[len] != '=' || value[len + 1] == '\0'))
        return STATUS_INVALID;
    tls->self_signed = true;
    tls->folder = value[len] == '=' ? value + len + 1 : NULL;
    return STATUS_OK;
}

enum status
options_tls_name(struct options_tls *tls, const char *value)
{
    if (tls->name_count == NET_TLS_NAMES_MAX || !net_tls_name_valid(value))
        return STATUS_INVALID;
    tls->names[tls->name_count++] = value;
    return STATUS_OK;
}

bool
options_tls_on(const struct options_tls *tls)
{
    return tls->self_signed || tls->certificate != NULL;
}

const char *
options_tls_problem(const struct options_tls *tls, bool memory)
{
    if ((tls->certificate == NULL) != (tls->key == NULL))
        return "--tls-cert and --tls-key go together";
    if (tls->self_signed && tls->certificate != NULL)
        return "--tls and --tls-cert: give one of them";
    if (tls->self_signed && tls->folder == NULL && memory)
        return "--tls self-signed with --store memory: name a folder for the "
               "CA, --tls self-signed=FOLDER";
    if (tls->name_count > 0 && !tls->self_signed)
        return "--tls-name is for --tls self-signed";
    if (tls->listen.len > 0 && !options_tls_on(tls))
        return "--listen-tls needs --tls self-signed, or --tls-cert and "
               "--tls-key";
    return NULL;
}
