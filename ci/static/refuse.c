/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked into the static programs alone, with the linker's --wrap. In a static
 * program glibc's resolver, its databases of names and dlopen load shared
 * objects of whatever glibc lies on the machine, and crash where that is
 * another. The static programs have no use for them: libcurl resolves names by
 * c-ares, sockets are numbers or paths, OpenSSL's default provider is built in.
 * So whatever in the libraries asks for them is refused, in the function's own
 * way, and none of that code is in the programs.
 */
#define _GNU_SOURCE /* Dl_info */
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

int __wrap_getaddrinfo(const char *name, const char *service,
    const struct addrinfo *hints, struct addrinfo **out);
void __wrap_freeaddrinfo(struct addrinfo *list);
int __wrap_getnameinfo(const struct sockaddr *address, socklen_t len,
    char *host, socklen_t host_len, char *service, socklen_t service_len,
    int flags);
struct hostent *__wrap_gethostbyname(const char *name);
struct servent *__wrap_getservbyname(const char *name, const char *protocol);
int __wrap_getservbyname_r(const char *name, const char *protocol,
    struct servent *entry, char *room, size_t len, struct servent **out);
int __wrap_getservbyport_r(int port, const char *protocol,
    struct servent *entry, char *room, size_t len, struct servent **out);
void *__wrap_dlopen(const char *file, int mode);
void *__wrap_dlsym(void *handle, const char *name);
int __wrap_dlclose(void *handle);
char *__wrap_dlerror(void);
int __wrap_dladdr(const void *address, Dl_info *info);

#define UNUSED __attribute__((unused))

int
__wrap_getaddrinfo(const char *name UNUSED, const char *service UNUSED,
    const struct addrinfo *hints UNUSED, struct addrinfo **out UNUSED)
{
    return EAI_FAIL;
}

void
__wrap_freeaddrinfo(struct addrinfo *list UNUSED)
{
    /* There never is one. */
}

int
__wrap_getnameinfo(const struct sockaddr *address UNUSED, socklen_t len UNUSED,
    char *host UNUSED, socklen_t host_len UNUSED, char *service UNUSED,
    socklen_t service_len UNUSED, int flags UNUSED)
{
    return EAI_FAIL;
}

struct hostent *
__wrap_gethostbyname(const char *name UNUSED)
{
    h_errno = NO_RECOVERY;
    return NULL;
}

struct servent *
__wrap_getservbyname(const char *name UNUSED, const char *protocol UNUSED)
{
    return NULL;
}

int
__wrap_getservbyname_r(const char *name UNUSED, const char *protocol UNUSED,
    struct servent *entry UNUSED, char *room UNUSED, size_t len UNUSED,
    struct servent **out)
{
    *out = NULL;
    return ENOENT;
}

int
__wrap_getservbyport_r(int port UNUSED, const char *protocol UNUSED,
    struct servent *entry UNUSED, char *room UNUSED, size_t len UNUSED,
    struct servent **out)
{
    *out = NULL;
    return ENOENT;
}

void *
__wrap_dlopen(const char *file UNUSED, int mode UNUSED)
{
    return NULL;
}

void *
__wrap_dlsym(void *handle UNUSED, const char *name UNUSED)
{
    return NULL;
}

int
__wrap_dlclose(void *handle UNUSED)
{
    return -1;
}

char *
__wrap_dlerror(void)
{
    static char why[] = "this static program loads no shared objects";
    return why;
}

int
__wrap_dladdr(const void *address UNUSED, Dl_info *info UNUSED)
{
    return 0;
}
