/* SPDX-License-Identifier: Apache-2.0 */
#include "encrypt/node_files.h"

#include "encrypt/apiserver_manifest.h"
#include "kind/record.h"
#include "node/node_apiserver.h"

/* On the file system of the manifests: a rename brings them in. */
#define STAGE NODE_FILES_OWN "/stage/"

static const char save_script[] =
    "set -e; umask 077; mkdir -p " NODE_FILES_BACKUP "\n"
    "cp " APISERVER_MANIFEST_PATH " " NODE_FILES_BACKUP "/new\n"
    "mv " NODE_FILES_BACKUP "/new " NODE_FILES_BACKUP "/kube-apiserver.yaml\n"
    "rm -f " NODE_FILES_BACKUP "/encryption.yaml\n"
    "[ ! -e " KIND_ENCRYPTION_FILE " ] || cp " KIND_ENCRYPTION_FILE
    " " NODE_FILES_BACKUP "/encryption.yaml\n";

/* $new lies beside the place that it is to be moved to. */
#define SWITCH                                                                 \
    "rm -f " APISERVER_MANIFEST_PATH "; tries=0\n"                             \
    "while pids=$(pgrep -x kube-apiserver) && [ $tries -lt 300 ]; do\n"        \
    "  [ $tries -ne 0 ] || kill -TERM $pids || :\n"                            \
    "  [ $tries -ne 80 ] || kill -KILL $pids || :\n"                           \
    "  tries=$((tries + 1)); sleep 0.1\n"                                      \
    "done\n" NODE_APISERVER_AWAIT_GONE "mv \"$new\" " APISERVER_MANIFEST_PATH  \
    "\n"

static const char switch_script[] = "set -e; new=$1\n" SWITCH;

static const char restore_script[] =
    "set -e; umask 077; cd " NODE_FILES_BACKUP "\n"
    "[ ! -e encryption.yaml ] || {\n"
    "  cp encryption.yaml " KIND_ENCRYPTION_FILE ".new\n"
    "  mv " KIND_ENCRYPTION_FILE ".new " KIND_ENCRYPTION_FILE "\n"
    "}\n"
    "new=" NODE_FILES_BACKUP "/new; cp kube-apiserver.yaml $new\n" SWITCH;

static const char mend_script[] =
    "[ -e " APISERVER_MANIFEST_PATH " ] ||\n"
    "[ ! -e " NODE_FILES_BACKUP "/kube-apiserver.yaml ] ||\n"
    "{ cd " NODE_FILES_BACKUP " && cp kube-apiserver.yaml new &&"
    " mv new " APISERVER_MANIFEST_PATH "; }\n";

enum status
node_files_run(const struct engine *engine, const char *node,
    const char *script, const char *first, const char *second,
    struct buf *output, struct buf *problem)
{
    const char *const argv[] = { "bash", "-c", script, "bash", first, second,
        NULL };

    return engine_exec(
        engine, node, argv, (struct span){ NULL, 0 }, output, problem);
}

enum status
node_files_read(const struct engine *engine, const char *node, const char *path,
    struct buf *text, struct buf *problem)
{
    return node_files_run(engine, node, "[ ! -e \"$1\" ] || cat \"$1\"", path,
        NULL, text, problem);
}

enum status
node_files_changed(const struct engine *engine, const char *node,
    const char *path, struct buf *time, struct buf *problem)
{
    struct buf printed = { 0 };
    enum status st = node_files_run(
        engine, node, "stat -c %.9Y \"$1\"", path, NULL, &printed, problem);

    if (st == STATUS_OK)
        st = buf_append(time, span_trim(buf_span(&printed)));
    buf_reset(&printed);
    return st;
}

enum status
node_files_put_pod(const struct engine *engine, const char *node,
    const char *name, struct span manifest, struct buf *problem)
{
    struct buf staged = { 0 };
    enum status st = buf_printf(&staged, STAGE "%s.yaml", name);

    if (st == STATUS_OK)
        st = engine_copy_in(
            engine, node, buf_text(&staged), "0600", manifest, problem);
    if (st == STATUS_OK)
        st = node_files_run(engine, node, "mv \"$1\" " KIND_MANIFESTS "/",
            buf_text(&staged), NULL, NULL, problem);
    buf_reset(&staged);
    return st;
}

enum status
node_files_put_apiserver(const struct engine *engine, const char *node,
    struct span manifest, struct buf *problem)
{
    static const char staged[] = STAGE "kube-apiserver.yaml";
    struct engine patient = *engine;
    enum status st =
        engine_copy_in(engine, node, staged, "0600", manifest, problem);

    /* Half a switch is none. */
    patient.to_the_end = true;
    return st == STATUS_OK ? node_files_run(&patient, node, switch_script,
                                 staged, NULL, NULL, problem)
                           : st;
}

enum status
node_files_remove_pod(const struct engine *engine, const char *node,
    const char *name, struct buf *problem)
{
    return node_files_run(engine, node, "rm -f " KIND_MANIFESTS "/\"$1\".yaml",
        name, NULL, NULL, problem);
}

enum status
node_files_save(
    const struct engine *engine, const char *node, struct buf *problem)
{
    return node_files_run(engine, node, save_script, NULL, NULL, NULL, problem);
}

enum status
node_files_restore(
    const struct engine *engine, const char *node, struct buf *problem)
{
    struct engine patient = *engine;

    patient.to_the_end = true;
    return node_files_run(
        &patient, node, restore_script, NULL, NULL, NULL, problem);
}

enum status
node_files_mend(
    const struct engine *engine, const char *node, struct buf *problem)
{
    return node_files_run(engine, node, mend_script, NULL, NULL, NULL, problem);
}
