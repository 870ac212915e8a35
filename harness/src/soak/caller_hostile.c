/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that nobody should make: the plugin refuses them and goes on. */
#include "soak/caller_parts.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* No error excuses a plaintext; that KMS refuses the bytes is what is right. */
static enum caller_verdict
decrypt_bad(struct caller *caller, bool v1, struct span bytes, struct buf *why)
{
    struct buf plaintext = { 0 };
    struct grpc_error error = { 0 };
    enum caller_verdict verdict;
    if (caller_decrypt(caller, v1, bytes, CALLER_TIMEOUT_MS, &plaintext,
            &error) == STATUS_OK)
        verdict = caller_wrong(why, "Decrypt took bytes that nobody sealed");
    else if (error.code == GRPC_CODE_INVALID_ARGUMENT)
        verdict = CALLER_GOOD;
    else
        verdict = caller_judge(&error, why);
    buf_reset(&plaintext);
    grpc_error_reset(&error);
    return verdict;
}

enum caller_verdict
caller_hostile_damaged(struct caller *caller, struct buf *why)
{
    const struct caller_kept *kept = caller_pick(caller);
    struct buf copy = { 0 };
    enum caller_verdict verdict = CALLER_GOOD;
    if (kept == NULL)
        return CALLER_GOOD;
    if (buf_append(&copy, buf_span(&kept->ciphertext)) != STATUS_OK)
        return caller_wrong(why, "out of memory");
    /* Not the version in front: without it v1 takes all for a blob. */
    copy.ptr[1 + caller_below(caller, (uint32_t)copy.len - 1)] ^=
        (uint8_t)(1U << caller_below(caller, 8));
    verdict = decrypt_bad(caller, kept->v1, buf_span(&copy), why);
    buf_reset(&copy);
    return verdict;
}

enum caller_verdict
caller_hostile_foreign(struct caller *caller, struct buf *why)
{
    static const struct span texts[] = { SPAN_INIT(""), SPAN_INIT("1"),
        SPAN_INIT("2abcdefgh"), SPAN_INIT("1abcdefgh") };
    size_t which = caller_below(caller, ARRAY_LEN(texts));
    return decrypt_bad(caller, which % 2 == 0, texts[which], why);
}

enum caller_verdict
caller_hostile_garbage(struct caller *caller, struct buf *why)
{
    struct random random = random_seeded(&caller->seed);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    uint8_t bytes[64];
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(
        address.sun_path, sizeof(address.sun_path), "%s", caller->socket);
    bool connected =
        fd >= 0 &&
        connect(fd, (const struct sockaddr *)(const void *)&address,
            sizeof(address)) == 0 &&
        random_fill(&random, bytes, sizeof(bytes)) == STATUS_OK;
    if (connected)
        (void)!send(
            fd, bytes, caller_below(caller, sizeof(bytes)), MSG_NOSIGNAL);
    if (fd >= 0)
        (void)close(fd);
    return connected ? CALLER_GOOD : caller_wrong(why, "cannot connect");
}
