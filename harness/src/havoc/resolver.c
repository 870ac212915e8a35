/* SPDX-License-Identifier: Apache-2.0 */
#include "havoc/resolver.h"

#include "base/file.h"
#include "havoc/dns_answer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 53, FILES = 2 };

const char *const resolver_mode_names[RESOLVER_MODE_COUNT] = { "answers",
    "silent", "nxdomain", "servfail", "refused" };

struct resolver {
    const char *name;
    int fd;
    char address[INET_ADDRSTRLEN];
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* of the next two */
    enum resolver_mode mode;
    uint64_t asked; /* since the mode was set */
    atomic_bool ends;
    struct buf servers, order; /* paths */
    struct own_file files[FILES + 1];
};

/* ---- the server -----------------------------------------------------------
 */

static enum dns_code
code_of(enum resolver_mode mode)
{
    switch (mode) {
    case RESOLVER_NXDOMAIN:
        return DNS_NO_SUCH_NAME;
    case RESOLVER_SERVFAIL:
        return DNS_SERVER_FAILURE;
    case RESOLVER_REFUSED:
        return DNS_REFUSED;
    case RESOLVER_ANSWERS:
    case RESOLVER_SILENT:
    case RESOLVER_MODE_COUNT:
        break;
    }
    return DNS_OK;
}

/* Counts a query for the mode by which it is answered. */
static enum resolver_mode
count(struct resolver *resolver)
{
    (void)pthread_mutex_lock(&resolver->lock);
    enum resolver_mode mode = resolver->mode;
    resolver->asked++;
    (void)pthread_mutex_unlock(&resolver->lock);
    return mode;
}

static void
serve(struct resolver *resolver)
{
    const struct timespec pause = { 0, 10 * 1000 * 1000 };
    uint8_t query[DNS_QUERY_MAX];
    struct sockaddr_in from = { 0 };
    socklen_t from_len = sizeof(from);
    struct buf answer = { 0 };
    ssize_t got = recvfrom(resolver->fd, query, sizeof(query), 0,
        (struct sockaddr *)(void *)&from, &from_len);

    if (got <= 0) { /* at the end; else out of memory, or the like */
        (void)nanosleep(&pause, NULL);
        return;
    }
    enum resolver_mode mode = count(resolver);
    if (mode != RESOLVER_SILENT &&
        dns_answer(span_of(query, (size_t)got), resolver->name, code_of(mode),
            &answer) == STATUS_OK)
        (void)sendto(resolver->fd, answer.ptr, answer.len, 0,
            (const struct sockaddr *)(const void *)&from, from_len);
    buf_reset(&answer);
}

static void *
run(void *context)
{
    struct resolver *resolver = context;

    while (!resolver->ends)
        serve(resolver);
    return NULL;
}

/* ---- where it is ----------------------------------------------------------
 */

/* One of the loopback network's many addresses: each run has its own. */
static bool
bind_to(struct resolver *resolver, uint32_t host)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_port = htons(PORT),
        .sin_addr = { htonl(host) } };

    return bind(resolver->fd, (const struct sockaddr *)(const void *)&address,
               sizeof(address)) == 0 &&
           inet_ntop(AF_INET, &address.sin_addr, resolver->address,
               sizeof(resolver->address)) != NULL;
}

static enum status
listen_on(struct resolver *resolver, struct buf *problem)
{
    enum { TRIES = 64 };
    /* 127.53.X.Y, by our process id. */
    const uint32_t network = 0x7f350000;
    uint32_t own = (uint32_t)getpid();

    resolver->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (resolver->fd < 0)
        return status_from_errno(errno);
    for (uint32_t i = 0; i < TRIES; i++) {
        if (bind_to(resolver, network | ((own + (i << 10)) & 0xffff)))
            return STATUS_OK;
        if (errno != EADDRINUSE)
            break;
    }
    buf_say(problem, "a DNS server on port 53 of the loopback network: %s",
        strerror(errno));
    /* In use everywhere: a DNS server of this machine has all addresses. */
    return errno == EACCES || errno == EADDRNOTAVAIL || errno == EADDRINUSE
               ? STATUS_UNSUPPORTED
               : status_from_errno(errno);
}

/* ---- what programs see ----------------------------------------------------
 */

static enum status
write_file(const struct workspace *workspace, const char *name,
    const char *text, struct buf *path)
{
    enum status st = workspace_file(workspace, name, path);

    return st == STATUS_OK ? file_replace(buf_text(path), 0644, span_text(text))
                           : st;
}

/* A resolver of another kind that nsswitch.conf may name is passed by. */
static enum status
write_files(struct resolver *resolver, const struct workspace *workspace)
{
    static const char order[] = "/etc/nsswitch.conf";
    struct buf text = { 0 };
    enum status st = buf_printf(&text, "nameserver %s\n", resolver->address);

    if (st == STATUS_OK)
        st = write_file(
            workspace, "resolv.conf", buf_text(&text), &resolver->servers);
    if (st == STATUS_OK)
        st = write_file(
            workspace, "nsswitch.conf", "hosts: files dns\n", &resolver->order);
    resolver->files[0] =
        (struct own_file){ "/etc/resolv.conf", buf_text(&resolver->servers) };
    if (access(order, F_OK) == 0)
        resolver->files[1] =
            (struct own_file){ order, buf_text(&resolver->order) };
    buf_reset(&text);
    return st;
}

enum status
resolver_new(const struct workspace *workspace, const char *name,
    struct resolver **out, struct buf *problem)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));

    if (resolver == NULL)
        return STATUS_NO_MEMORY;
    resolver->name = name;
    (void)pthread_mutex_init(&resolver->lock, NULL);
    enum status st = listen_on(resolver, problem);
    if (st == STATUS_OK)
        st = write_files(resolver, workspace);
    if (st == STATUS_OK)
        st = own_files_check(resolver->files, problem);
    if (st == STATUS_OK) {
        resolver->has_thread =
            pthread_create(&resolver->thread, NULL, run, resolver) == 0;
        st = resolver->has_thread ? STATUS_OK : STATUS_NO_MEMORY;
    }
    if (st == STATUS_OK)
        *out = resolver;
    else
        resolver_free(resolver);
    return st;
}

uint64_t
resolver_set(struct resolver *resolver, enum resolver_mode mode)
{
    (void)pthread_mutex_lock(&resolver->lock);
    uint64_t asked = resolver->asked;
    resolver->mode = mode;
    resolver->asked = 0;
    (void)pthread_mutex_unlock(&resolver->lock);
    return asked;
}

enum resolver_mode
resolver_does(struct resolver *resolver)
{
    (void)pthread_mutex_lock(&resolver->lock);
    enum resolver_mode mode = resolver->mode;
    (void)pthread_mutex_unlock(&resolver->lock);
    return mode;
}

const struct own_file *
resolver_files(const struct resolver *resolver)
{
    return resolver->files;
}

void
resolver_free(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    resolver->ends = true;
    /* Ends its wait, though nothing is connected. */
    if (resolver->fd >= 0)
        (void)shutdown(resolver->fd, SHUT_RDWR);
    if (resolver->has_thread)
        (void)pthread_join(resolver->thread, NULL);
    if (resolver->fd >= 0)
        (void)close(resolver->fd);
    buf_reset(&resolver->servers);
    buf_reset(&resolver->order);
    (void)pthread_mutex_destroy(&resolver->lock);
    free(resolver);
}
