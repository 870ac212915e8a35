/* SPDX-License-Identifier: Apache-2.0 */
#include "testbed/cluster_apiserver.h"

#include "base/encode.h"
#include "base/file.h"
#include "process/process.h"

#include <openssl/evp.h>

/* The last word of the first line that a program prints for an option. */
static void
ask(const char *program, const char *option, struct buf *version)
{
    enum { WAIT_MS = 20 * 1000 };
    const char *const argv[] = { program, option, NULL };
    const struct process_options options = {
        .argv = argv, .log_file = "/dev/null", .daemon = true
    };
    struct process *process = NULL;
    struct buf line = { 0 };

    if (process_start(&options, &process) == STATUS_OK &&
        process_read_line(process, WAIT_MS, &line) == STATUS_OK) {
        struct span word = span_trim(buf_span(&line)), head;

        while (span_cut(word, ' ', &head, &word))
            continue;
        buf_say(version, "%.*s", SPAN_ARG(word));
    }
    process_free(process);
    buf_reset(&line);
}

static void
hash(const char *path, struct buf *sha256)
{
    enum { PROGRAM_MAX = 512 * 1024 * 1024 };
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct buf bytes = { 0 };

    if (file_read(path, PROGRAM_MAX, &bytes) == STATUS_OK && bytes.len > 0 &&
        EVP_Digest(bytes.ptr, bytes.len, digest, &len, EVP_sha256(), NULL) == 1)
        (void)!hex_encode(span_of(digest, len), sha256);
    buf_reset(&bytes);
}

void
cluster_apiserver_identify(const char *kube_apiserver, const char *etcd,
    struct buf *version, struct buf *sha256, struct buf *etcd_version)
{
    ask(kube_apiserver, "--version", version);
    hash(kube_apiserver, sha256);
    ask(etcd, "--version", etcd_version);
}
