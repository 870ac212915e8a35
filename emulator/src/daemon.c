/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon.h"

#include "base/file.h"
#include "faults/faults.h"
#include "keys/root_key.h"
#include "keys/vault.h"
#include "ports.h"
#include "store/store.h"

#include <stdlib.h>

enum { SEED_MAX = 4 * 1024 * 1024, FAULTS_MAX = 1024 * 1024 };

struct daemon {
    struct store *store;
    struct service *service;
    struct faults *faults;
    struct ports *ports;
};

static enum status
open_store(
    const struct options *options, struct buf *problem, struct store **out)
{
    static const struct {
        enum status status;
        const char *text;
    } reasons[] = {
        { STATUS_BUSY, "another process uses it: stop that, or give another "
                       "folder with --data" },
        { STATUS_VERSION, "it was made by a newer kms-emulator: use that, or "
                          "give another folder with --data" },
        { STATUS_CORRUPT, "it is damaged, or no store: restore it, or give "
                          "another folder with --data" },
        { STATUS_DENIED, "permission denied: it must be a folder that this "
                         "user may write" },
        { STATUS_NOT_FOUND, "the folder above it does not exist" },
    };
    if (options->memory)
        return store_memory_new(out);
    enum status st = store_sqlite_new(options->data, out);
    if (st == STATUS_OK)
        return st;
    const char *text = status_text(st);
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == st)
            text = reasons[i].text;
    buf_say(problem, "data folder %s: %s", options->data, text);
    return st;
}

/* Empty for a store that keeps nothing: it needs no key that outlives it. */
static enum status
root_key_path(const struct options *options, struct buf *out)
{
    if (options->root_key != NULL)
        return buf_append_text(out, options->root_key);
    if (options->memory)
        return STATUS_OK;
    return buf_printf(out, "%s/root.key", options->data);
}

static enum status
load_root_key(
    struct store *store, const char *path, struct buf *problem, struct buf *key)
{
    struct random random = random_system();
    bool initialised = false;
    uint8_t *place;
    enum status st;
    if (path[0] != '\0') {
        st = vault_initialised(store, &initialised);
        return st == STATUS_OK
                   ? root_key_load(path, !initialised, &random, key, problem)
                   : st;
    }
    st = buf_extend(key, ROOT_KEY_LEN, &place);
    return st == STATUS_OK ? random_fill(&random, place, ROOT_KEY_LEN) : st;
}

static enum status
make_service(
    struct daemon *daemon, const struct options *options, struct buf *problem)
{
    struct buf path = { 0 }, key = { 0 };
    enum status st = root_key_path(options, &path);
    if (st == STATUS_OK)
        st = load_root_key(daemon->store, buf_text(&path), problem, &key);
    if (st != STATUS_OK)
        goto out;
    const struct service_options service = {
        .hooks = faults_service_hooks(daemon->faults),
        .store = daemon->store,
        .resource_clock = clock_wall(),
        .wire_clock = clock_wall(),
        .random = random_system(),
        .root_key = buf_span(&key),
        .default_account = span_text(options->account),
        .default_region = span_text(options->region),
        .session_seconds = options->session_seconds,
    };
    st = service_new(&service, &daemon->service);
    if (st == STATUS_AUTHENTIC)
        buf_say(problem,
            "root key %s: not the one of data folder %s: give "
            "that one with --root-key",
            buf_text(&path), options->data);
    else if (st != STATUS_OK)
        buf_say(problem, "data folder %s: %s", options->data, status_text(st));
out:
    buf_reset(&path);
    buf_reset(&key);
    return st;
}

static enum status
plant_seed(struct daemon *daemon, const char *path, struct buf *problem)
{
    struct buf json = { 0 }, reason = { 0 };
    if (path == NULL)
        return STATUS_OK;
    enum status st = file_read(path, SEED_MAX, &json);
    if (st == STATUS_OK)
        st = service_seed(daemon->service, buf_span(&json), &reason);
    if (st != STATUS_OK)
        buf_say(problem, "seed file %s: %s", path,
            reason.len > 0 ? buf_text(&reason) : status_text(st));
    buf_reset(&json);
    buf_reset(&reason);
    return st;
}

static enum status
arm_faults(struct daemon *daemon, const char *path, struct buf *problem)
{
    struct buf json = { 0 }, reason = { 0 };
    if (path == NULL)
        return STATUS_OK;
    enum status st = file_read(path, FAULTS_MAX, &json);
    if (st == STATUS_OK)
        st = fault_table_add(
            faults_table(daemon->faults), buf_span(&json), NULL, &reason);
    if (st != STATUS_OK)
        buf_say(problem, "faults file %s: %s", path,
            reason.len > 0 ? buf_text(&reason) : status_text(st));
    buf_reset(&json);
    buf_reset(&reason);
    return st;
}

static enum status
open_ports(
    struct daemon *daemon, const struct options *options, struct buf *problem)
{
    const struct ports_options ports = {
        .options = options,
        .service = daemon->service,
        .rules = daemon->faults,
        .faults = faults_net_hooks(daemon->faults),
        .hooks = faults_http_hooks(daemon->faults),
    };
    enum status st = ports_open(&ports, problem, &daemon->ports);
    if (st != STATUS_OK)
        return st;
    faults_attach(daemon->faults, ports_transport(daemon->ports),
        ports_door(daemon->ports, PORT_API),
        ports_door(daemon->ports, PORT_API_TLS));
    return ports_serve(daemon->ports);
}

enum status
daemon_start(
    const struct options *options, struct buf *problem, struct daemon **out)
{
    struct daemon *daemon = calloc(1, sizeof(*daemon));
    if (daemon == NULL)
        return STATUS_NO_MEMORY;
    const struct faults_options faults = {
        .seed = (uint64_t)options->fault_seed,
        .tls = options_tls_on(&options->tls),
    };
    enum status st = open_store(options, problem, &daemon->store);
    if (st == STATUS_OK)
        st = faults_new(&faults, &daemon->faults);
    if (st == STATUS_OK)
        st = make_service(daemon, options, problem);
    if (st == STATUS_OK)
        st = plant_seed(daemon, options->seed, problem);
    if (st == STATUS_OK)
        st = arm_faults(daemon, options->faults, problem);
    if (st == STATUS_OK)
        st = open_ports(daemon, options, problem);
    if (st != STATUS_OK) {
        if (problem->len == 0)
            buf_say(problem, "cannot start: %s", status_text(st));
        daemon_stop(daemon);
        return st;
    }
    *out = daemon;
    return STATUS_OK;
}

enum status
daemon_url(const struct daemon *daemon, enum port_name name, struct buf *out)
{
    return ports_url(daemon->ports, name, out);
}

void
daemon_stop(struct daemon *daemon)
{
    if (daemon == NULL)
        return;
    if (daemon->faults != NULL)
        faults_stop(daemon->faults);
    ports_close(daemon->ports);
    service_free(daemon->service);
    faults_free(daemon->faults);
    if (daemon->store != NULL)
        store_free(daemon->store);
    free(daemon);
}
