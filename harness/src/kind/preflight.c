/* SPDX-License-Identifier: Apache-2.0 */
#include "kind/preflight.h"

#include "kind/name.h"
#include "kind/nodes.h"

#include <inttypes.h>
#include <sys/statvfs.h>
#include <unistd.h>

static enum status
check_record(const char *name, struct buf *problem)
{
    struct kind_record record = { 0 };
    enum status status = kind_record_load(name, &record, problem);

    if (status == STATUS_OK) {
        if (record.owner == KIND_OWNER_ENCRYPT)
            buf_say(problem,
                "the cluster %s is there already, and encrypted: give it"
                " another name, or take it back with: kmslab kind decrypt %s",
                name, name);
        else
            buf_say(problem,
                "the cluster %s is there already%s: give it another name, or"
                " remove it with: kmslab kind down %s",
                name, record.ready ? "" : ", unfinished", name);
        status = STATUS_EXISTS;
    } else if (status == STATUS_NOT_FOUND) {
        status = STATUS_OK;
    }
    kind_record_reset(&record);
    return status;
}

static enum status
check_containers(
    const struct engine *engine, const char *name, struct buf *problem)
{
    struct buf names = { 0 };
    enum status status = kind_nodes_list(engine, name, &names, problem);

    if (status == STATUS_OK && names.len > 0) {
        buf_say(problem,
            "there is a kind cluster %s that kmslab did not make: give the new"
            " one another name, or encrypt that one with: kmslab kind encrypt"
            " %s",
            name, name);
        status = STATUS_EXISTS;
    }
    buf_reset(&names);
    return status;
}

enum status
kind_preflight_disk(const char *path, size_t nodes, struct buf *problem)
{
    const uint64_t mib = 1024 * 1024, needed = KIND_NODE_BYTES * nodes;
    struct statvfs disk;
    uint64_t left;

    if (statvfs(path, &disk) != 0)
        return STATUS_OK; /* an engine elsewhere, or in a virtual machine */
    left = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (left >= needed)
        return STATUS_OK;
    buf_say(problem,
        "too little disk: %zu node%s take %" PRIu64 " MiB, and %s has %" PRIu64
        " MiB free: make room (docker system df shows what images and volumes"
        " take)",
        nodes, nodes == 1 ? "" : "s", needed / mib, path, left / mib);
    return STATUS_FULL;
}

/* Not all engines say where they keep things. */
static enum status
check_disk(const struct engine *engine, size_t nodes, struct buf *problem)
{
    const char *const arguments[] = { "info", "--format", "{{.DockerRootDir}}",
        NULL };
    struct buf path = { 0 }, words = { 0 };
    enum status status = engine_ask(engine, arguments, &path, &words);
    struct span trimmed = span_trim(buf_span(&path));

    if (status == STATUS_DENIED)
        status = STATUS_OK;
    if (status == STATUS_OK && trimmed.len > 0 && trimmed.ptr[0] == '/') {
        buf_truncate(&path, trimmed.len);
        status = kind_preflight_disk(buf_text(&path), nodes, problem);
    }
    buf_reset(&words);
    buf_reset(&path);
    return status;
}

enum status
kind_preflight(const struct kind_plan *plan, const struct engine *engine,
    struct buf *problem)
{
    enum status status = kind_name_check(plan->name, problem);

    if (status == STATUS_OK)
        status = engine_check(engine, problem);
    if (status == STATUS_OK)
        status = check_record(plan->name, problem);
    if (status == STATUS_OK)
        status = check_containers(engine, plan->name, problem);
    if (status == STATUS_OK)
        status =
            check_disk(engine, plan->control_planes + plan->workers, problem);
    return status;
}

/* docker tells; an engine that does not runs on this machine. */
enum status
kind_preflight_cgroup_v1(const struct engine *engine, bool *v1)
{
    const char *const arguments[] = { "info", "--format", "{{.CgroupVersion}}",
        NULL };
    struct buf version = { 0 }, words = { 0 };
    enum status status = engine_ask(engine, arguments, &version, &words);

    if (status == STATUS_OK)
        *v1 = span_equal_text(span_trim(buf_span(&version)), "1");
    else if (status != STATUS_CANCELLED) {
        *v1 = access("/sys/fs/cgroup/cgroup.controllers", F_OK) != 0;
        status = STATUS_OK;
    }
    buf_reset(&words);
    buf_reset(&version);
    return status;
}
