/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e/stored.h"

enum status
stored_key(const char *name, struct buf *key)
{
    return buf_printf(key, "/registry/secrets/default/%s", name);
}

enum status
stored_get(
    struct lab *lab, const char *name, struct buf *stored, struct buf *problem)
{
    struct buf key = { 0 };
    enum status st = stored_key(name, &key);

    if (st == STATUS_OK)
        st = etcd_get(lab_etcd(lab), buf_span(&key), stored, problem);
    buf_reset(&key);
    return st;
}

enum status
stored_put(
    struct lab *lab, const char *name, struct span stored, struct buf *problem)
{
    struct buf key = { 0 };
    enum status st = stored_key(name, &key);

    if (st == STATUS_OK)
        st = etcd_put(lab_etcd(lab), buf_span(&key), stored, problem);
    buf_reset(&key);
    return st;
}
