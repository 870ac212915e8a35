/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of both KMS APIs: what unpacks packs again, to bytes that unpack
 * to the same. */
#include "fuzz/fuzz.h"
#include "k8s/kms_v1beta1.pb-c.h"
#include "k8s/kms_v2.pb-c.h"
#include "k8s/message.h"

/* Field number 0, which protobuf forbids, unpacks as an unknown field but not
 * again after packing: that is protobuf-c's, and nothing of ours packs it. */
static void
check(const ProtobufCMessageDescriptor *descriptor, struct span bytes)
{
    struct buf once = { 0 }, twice = { 0 };
    ProtobufCMessage *first = message_unpack(descriptor, bytes);
    if (first == NULL)
        return;
    FUZZ_CHECK(message_pack(first, &once) == STATUS_OK);
    ProtobufCMessage *second = message_unpack(descriptor, buf_span(&once));
    if (second != NULL) {
        FUZZ_CHECK(message_pack(second, &twice) == STATUS_OK);
        FUZZ_CHECK(span_equal(buf_span(&once), buf_span(&twice)));
    }
    message_free(first);
    message_free(second);
    buf_reset(&once);
    buf_reset(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const ProtobufCMessageDescriptor *requests[] = {
        &v1beta1__version_request__descriptor,
        &v1beta1__encrypt_request__descriptor,
        &v1beta1__decrypt_request__descriptor,
        &v2__encrypt_request__descriptor,
        &v2__decrypt_request__descriptor,
    };
    for (size_t i = 0; i < ARRAY_LEN(requests); i++)
        check(requests[i], span_of(bytes, len));
    return 0;
}
