/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of both KMS APIs, as an apiserver makes them, with what every answer
 * of the plugin must hold checked. Outputs are appended to when the call
 * succeeds; `details` to its status text; both may be NULL where unused.
 */
#ifndef TEST_SUPPORT_API_H
#define TEST_SUPPORT_API_H

#include "support_rpc.h"

#define SUPPORT_API_KEY "alias/unit" /* the key_id that answers must name */

enum grpc_code support_api_v1_encrypt(
    struct support_rpc *client, struct span plain, struct buf *cipher);
enum grpc_code support_api_v1_decrypt(struct support_rpc *client,
    struct span cipher, struct buf *plain, struct buf *details);

enum grpc_code support_api_v2_encrypt(struct support_rpc *client,
    struct span plaintext, struct buf *ciphertext, struct buf *details);
/* As the one above, with whatever key_id. */
enum grpc_code support_api_v2_encrypt_as(struct support_rpc *client,
    struct span plaintext, struct buf *ciphertext, struct buf *key_id,
    struct buf *details);
enum grpc_code support_api_v2_decrypt(struct support_rpc *client,
    struct span ciphertext, struct buf *plaintext, struct buf *details);
enum grpc_code support_api_v2_status(
    struct support_rpc *client, struct buf *healthz, struct buf *details);
enum grpc_code support_api_v2_status_as(struct support_rpc *client,
    struct buf *healthz, struct buf *key_id, struct buf *details);

#endif
