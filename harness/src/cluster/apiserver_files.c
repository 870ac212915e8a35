/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/apiserver_files.h"

#include "base/encode.h"
#include "base/file.h"
#include "base/random.h"
#include "cluster/port.h"
#include "cluster/service_account_key.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOKEN_LEN = 16 };

void
apiserver_files_reset(struct apiserver_files *files)
{
    buf_reset(&files->url);
    buf_reset(&files->certificates);
    buf_reset(&files->ca_file);
    buf_reset(&files->token);
    buf_reset(&files->tokens);
    buf_reset(&files->signing_key);
    buf_reset(&files->log);
}

static enum status
write_token(struct apiserver_files *files)
{
    uint8_t bytes[TOKEN_LEN];
    struct buf line = { 0 };
    struct random random = random_system();
    enum status st = random_fill(&random, bytes, sizeof(bytes));

    if (st == STATUS_OK)
        st = hex_encode(span_of(bytes, sizeof(bytes)), &files->token);
    if (st == STATUS_OK)
        st = buf_printf(&line, "%s,admin,admin,\"system:masters\"\n",
            buf_text(&files->token));
    if (st == STATUS_OK)
        st = file_replace(buf_text(&files->tokens), 0600, buf_span(&line));
    buf_reset(&line);
    return st;
}

static enum status
choose_port(struct apiserver_files *files)
{
    uint16_t port = 0;
    enum status st = port_find_free(&port);

    if (st != STATUS_OK)
        return st;
    (void)snprintf(files->port, sizeof(files->port), "%u", (unsigned)port);
    return buf_printf(&files->url, "https://127.0.0.1:%s", files->port);
}

static enum status
choose_paths(struct apiserver_files *files, const struct workspace *workspace,
    const char *name)
{
    enum status st = workspace_file(workspace, "pki", &files->certificates);

    if (st == STATUS_OK)
        st = workspace_file(workspace, "pki/apiserver.crt", &files->ca_file);
    if (st == STATUS_OK)
        st = workspace_file(workspace, "sa.key", &files->signing_key);
    if (st == STATUS_OK)
        st = workspace_file(workspace, name, &files->tokens);
    if (st == STATUS_OK)
        st = buf_append_text(&files->tokens, ".tokens");
    if (st == STATUS_OK)
        st = workspace_file(workspace, name, &files->log);
    return st == STATUS_OK ? buf_append_text(&files->log, ".log") : st;
}

enum status
apiserver_files_init(struct apiserver_files *files,
    const struct workspace *workspace, const char *name)
{
    enum status st = choose_paths(files, workspace, name);

    if (st != STATUS_OK)
        return st;
    /* What is there from an earlier start of the same cluster is kept. */
    (void)mkdir(buf_text(&files->certificates), 0700);
    if (access(buf_text(&files->signing_key), R_OK) != 0)
        st = service_account_key_write(buf_text(&files->signing_key));
    if (st == STATUS_OK)
        st = write_token(files);
    if (st == STATUS_OK)
        st = choose_port(files);
    /* The errors of an earlier start are not this one's. */
    (void)unlink(buf_text(&files->log));
    return st;
}
