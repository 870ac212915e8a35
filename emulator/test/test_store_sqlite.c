/* SPDX-License-Identifier: Apache-2.0 */
/* What only a store on a disk can get wrong. */
#include "base/file.h"
#include "support_store.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int
set_up(void **state)
{
    *state = support_make_folder();
    return 0;
}

static int
tear_down(void **state)
{
    support_remove_folder(*state);
    return 0;
}

static struct store *
open_store(const char *folder)
{
    struct store *store = NULL;
    assert_ok(store_sqlite_new(folder, &store));
    return store;
}

static void
assert_open_fails(const char *folder, enum status expected)
{
    struct store *store = NULL;
    assert_int_equal(store_sqlite_new(folder, &store), expected);
    assert_null(store);
}

static char *
path_in(const char *folder, const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void
reopening_finds_everything_and_versions_go_on(void **state)
{
    struct store_key kept = support_key("1", "r", "k", "kept");
    struct store_key gone = support_key("1", "r", "k", "gone");
    struct store *store = open_store(*state);
    support_set(store, kept, "value");
    support_set(store, gone, "value");
    uint64_t kept_version = support_expect(store, kept, "value");
    uint64_t gone_version = support_expect(store, gone, "value");
    struct store_change delete = support_delete(gone, gone_version);
    assert_ok(store_commit_wait(store, &delete, 1));
    store_free(store);

    store = open_store(*state);
    assert_int_equal(support_expect(store, kept, "value"), kept_version);
    (void)support_expect(store, gone, NULL);
    support_set(store, gone, "back");
    assert_true(support_expect(store, gone, "back") > gone_version);
    store_free(store);
}

static void
folder_and_files_are_the_owners_alone(void **state)
{
    static const char *const names[] = { "store.db", "store.db-wal",
        "store.db-shm", "lock" };
    char folder[128];
    struct stat info;
    mode_t old = umask(0);
    (void)snprintf(folder, sizeof(folder), "%s/inner", (char *)*state);
    struct store *store = open_store(folder);
    support_set(store, support_key("1", "r", "k", "id"), "value");
    (void)umask(old);
    assert_int_equal(stat(folder, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_int_equal(stat(path_in(folder, names[i]), &info), 0);
        assert_int_equal(info.st_mode & 07777, 0600);
    }
    store_free(store);
    support_remove_folder(strdup(folder));
}

/* Runs `body` in a child; gives its exit code. */
static int
in_child(int (*body)(const char *folder), const char *folder)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(body(folder));
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int
try_to_open(const char *folder)
{
    struct store *store = NULL;
    enum status st = store_sqlite_new(folder, &store);
    if (st == STATUS_OK)
        store_free(store);
    return (int)st;
}

static void
open_store_is_busy_for_all_others(void **state)
{
    struct store *store = open_store(*state);
    assert_open_fails(*state, STATUS_BUSY);
    assert_int_equal(in_child(try_to_open, *state), STATUS_BUSY);
    support_set(store, support_key("1", "r", "k", "id"), "value");
    store_free(store);
    assert_int_equal(in_child(try_to_open, *state), STATUS_OK);
}

/* As nobody, if the tests run as root, whom no mode stops. */
static int
try_to_open_unprivileged(const char *folder)
{
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return -1;
    return try_to_open(folder);
}

static void
folder_that_may_not_be_written_is_denied(void **state)
{
    assert_int_equal(chmod(*state, 0555), 0);
    assert_int_equal(in_child(try_to_open_unprivileged, *state), STATUS_DENIED);
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(access(path_in(*state, "store.db"), F_OK), -1);
}

static void
missing_parent_folder_is_not_made(void **state)
{
    assert_open_fails(path_in(*state, "no/store"), STATUS_NOT_FOUND);
    assert_int_equal(access(path_in(*state, "no"), F_OK), -1);
}

static void
overwrite(const char *path, off_t offset, struct span bytes)
{
    int file = open(path, O_WRONLY);
    assert_true(file >= 0);
    assert_int_equal(
        pwrite(file, bytes.ptr, bytes.len, offset), (ssize_t)bytes.len);
    assert_int_equal(close(file), 0);
}

static void
store_of_a_newer_program_is_refused_and_left_alone(void **state)
{
    /* SQLite keeps user_version in bytes 60 to 63 of the file. */
    enum { AT_USER_VERSION = 60 };
    struct buf before = { 0 }, after = { 0 };
    store_free(open_store(*state));
    const char *path = path_in(*state, "store.db");
    overwrite(path, AT_USER_VERSION, SPAN_LITERAL("\0\0\0\2"));
    assert_ok(file_read(path, 1 << 20, &before));
    assert_open_fails(*state, STATUS_VERSION);
    assert_ok(file_read(path_in(*state, "store.db"), 1 << 20, &after));
    assert_true(span_equal(buf_span(&before), buf_span(&after)));
    overwrite(path, AT_USER_VERSION, SPAN_LITERAL("\0\0\0\1"));
    store_free(open_store(*state));
    buf_reset(&before);
    buf_reset(&after);
}

static void
file_that_is_no_store_is_refused_and_left_alone(void **state)
{
    static const size_t sizes[] = { 0, 50, 4096 };
    char text[4096];
    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct buf after = { 0 };
        struct span before = span_of(text, sizes[i]);
        assert_ok(file_replace(path_in(*state, "store.db"), 0600, before));
        assert_open_fails(*state, STATUS_CORRUPT);
        assert_ok(file_read(path_in(*state, "store.db"), 1 << 20, &after));
        assert_true(span_equal(buf_span(&after), before));
        buf_reset(&after);
    }
}

/* ---- a full disk: files may grow by so much and no more ---- */

static rlim_t
limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    rlim_t old = limit.rlim_cur;
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return old;
}

static rlim_t
wal_size(const char *folder)
{
    struct stat info;
    assert_int_equal(stat(path_in(folder, "store.db-wal"), &info), 0);
    return (rlim_t)info.st_size;
}

static void
fill(struct buf *value, size_t len)
{
    uint8_t *place;
    assert_ok(buf_extend(value, len, &place));
    memset(place, 'x', len);
}

static void
full_disk_is_told_and_changes_nothing(void **state)
{
    struct store *store = open_store(*state);
    struct store_key first = support_key("1", "r", "k", "first");
    struct store_key second = support_key("1", "r", "k", "second");
    struct buf big = { 0 };
    support_set(store, first, "old");
    uint64_t version = support_expect(store, first, "old");
    fill(&big, 500000);
    struct store_change changes[] = { support_put(first, version, "new"),
        { second, STORE_PUT, 0, buf_span(&big) } };
    rlim_t old = limit_files(wal_size(*state) + 100000);
    assert_int_equal(store_commit_wait(store, changes, 2), STATUS_FULL);
    assert_int_equal(support_expect(store, first, "old"), version);
    (void)support_expect(store, second, NULL);
    (void)limit_files(old);
    assert_ok(store_commit_wait(store, changes, 2));
    assert_true(support_expect(store, first, "new") > version);
    store_free(store);
    store = open_store(*state);
    (void)support_expect(store, first, "new");
    store_free(store);
    buf_reset(&big);
}

struct tally {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int ok, full, other;
    bool released;
};

static void
count_outcome(void *context, enum status status)
{
    struct tally *tally = context;
    (void)pthread_mutex_lock(&tally->lock);
    tally->ok += status == STATUS_OK;
    tally->full += status == STATUS_FULL;
    tally->other += status != STATUS_OK && status != STATUS_FULL;
    (void)pthread_cond_broadcast(&tally->changed);
    (void)pthread_mutex_unlock(&tally->lock);
}

/* Blocks, as a done function must not: so that what comes next waits and
 * then shares one transaction. */
static void
hold_the_writer(void *context, enum status status)
{
    struct tally *tally = context;
    count_outcome(tally, status);
    (void)pthread_mutex_lock(&tally->lock);
    while (!tally->released)
        (void)pthread_cond_wait(&tally->changed, &tally->lock);
    (void)pthread_mutex_unlock(&tally->lock);
}

static void
wait_for_outcomes(struct tally *tally, int count)
{
    (void)pthread_mutex_lock(&tally->lock);
    tally->released = true;
    (void)pthread_cond_broadcast(&tally->changed);
    while (tally->ok + tally->full + tally->other < count)
        (void)pthread_cond_wait(&tally->changed, &tally->lock);
    (void)pthread_mutex_unlock(&tally->lock);
}

static void
commit_that_does_not_fit_fails_no_other(void **state)
{
    enum { SMALL = 12 };
    struct store *store = open_store(*state);
    struct tally tally = { 0 };
    struct buf big = { 0 };
    (void)pthread_mutex_init(&tally.lock, NULL);
    (void)pthread_cond_init(&tally.changed, NULL);
    struct store_change put =
        support_put(support_key("1", "r", "k", "first"), 0, "small");
    store_commit(store, &put, 1, hold_the_writer, &tally);
    fill(&big, 900000);
    for (int i = 0; i < SMALL; i++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "%d", i);
        put = support_put(support_key("1", "r", "k", id), 0, "small");
        if (i == SMALL / 2)
            put.value = buf_span(&big);
        store_commit(store, &put, 1, count_outcome, &tally);
    }
    rlim_t old = limit_files(wal_size(*state) + 400000);
    wait_for_outcomes(&tally, SMALL + 1);
    (void)limit_files(old);
    assert_int_equal(tally.ok, SMALL);
    assert_int_equal(tally.full, 1);
    (void)support_expect(store, support_key("1", "r", "k", "6"), NULL);
    (void)support_expect(store, support_key("1", "r", "k", "5"), "small");
    (void)support_expect(store, support_key("1", "r", "k", "11"), "small");
    store_free(store);
    buf_reset(&big);
    (void)pthread_cond_destroy(&tally.changed);
    (void)pthread_mutex_destroy(&tally.lock);
}

static void
conflict_in_a_shared_transaction_fails_no_other(void **state)
{
    struct store *store = open_store(*state);
    struct tally tally = { 0 };
    (void)pthread_mutex_init(&tally.lock, NULL);
    (void)pthread_cond_init(&tally.changed, NULL);
    struct store_change first =
        support_put(support_key("1", "r", "k", "first"), 0, "1");
    struct store_change second[] = {
        support_put(support_key("1", "r", "k", "second"), 0, "2"),
        support_put(support_key("1", "r", "k", "third"), 0, "2"),
    };
    store_commit(store, &first, 1, hold_the_writer, &tally);
    store_commit(store, second, 1, count_outcome, &tally);
    store_commit(store, second, 2, count_outcome, &tally);
    store_commit(store, &first, 1, count_outcome, &tally);
    store_commit(store, &second[1], 1, count_outcome, &tally);
    wait_for_outcomes(&tally, 5);
    assert_int_equal(tally.ok, 3);
    assert_int_equal(tally.other, 2);
    (void)support_expect(store, second[0].key, "2");
    (void)support_expect(store, second[1].key, "2");
    store_free(store);
    (void)pthread_cond_destroy(&tally.changed);
    (void)pthread_mutex_destroy(&tally.lock);
}

static void
log_does_not_grow_for_ever(void **state)
{
    enum { COMMITS = 150, LOG_BOUND = 10 * 1024 * 1024 };
    struct store *store = open_store(*state);
    struct store_key key = support_key("1", "r", "k", "id");
    struct buf value = { 0 };
    fill(&value, 200000);
    for (int i = 0; i < COMMITS; i++)
        support_set(store, key, buf_text(&value));
    assert_true(wal_size(*state) < LOG_BOUND);
    (void)support_expect(store, key, buf_text(&value));
    store_free(store);
    buf_reset(&value);
}

static void
store_cannot_be_made_on_a_full_disk(void **state)
{
    rlim_t old = limit_files(2000);
    assert_open_fails(*state, STATUS_FULL);
    (void)limit_files(old);
    store_free(open_store(*state));
}

/* ---- crashes ---- */

enum { STORM_THREADS = 4, STORM_ACKNOWLEDGED = 300 };

struct storm_task {
    struct store *store;
    int acknowledge; /* the pipe that takes the numbers of done commits */
    int first;
};

/* Each commit puts two records of one number, then tells the parent. */
static void *
commit_for_ever(void *context)
{
    const struct storm_task *task = context;
    for (int i = task->first;; i += STORM_THREADS) {
        char id[16];
        (void)snprintf(id, sizeof(id), "%d", i);
        struct store_change changes[] = {
            support_put(support_key("1", "r", "left", id), 0, id),
            support_put(support_key("1", "r", "right", id), 0, id),
        };
        if (store_commit_wait(task->store, changes, 2) != STATUS_OK ||
            write(task->acknowledge, &i, sizeof(i)) != sizeof(i))
            return NULL;
    }
}

static void
run_storm(const char *folder, int acknowledge)
{
    struct store *store = NULL;
    struct storm_task tasks[STORM_THREADS];
    pthread_t threads[STORM_THREADS];
    if (store_sqlite_new(folder, &store) != STATUS_OK)
        _exit(1);
    for (int i = 0; i < STORM_THREADS; i++) {
        tasks[i] = (struct storm_task){ store, acknowledge, i };
        if (pthread_create(&threads[i], NULL, commit_for_ever, &tasks[i]) != 0)
            _exit(1);
    }
    for (int i = 0; i < STORM_THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    _exit(1);
}

static void
assert_acknowledged_is_there(struct store *store, int acknowledged)
{
    char id[16];
    (void)snprintf(id, sizeof(id), "%d", acknowledged);
    (void)support_expect(store, support_key("1", "r", "left", id), id);
    (void)support_expect(store, support_key("1", "r", "right", id), id);
}

static bool
collect(void *context, struct span id, uint64_t version, struct span value)
{
    (void)version;
    assert_true(span_equal(id, value));
    assert_ok(buf_append(context, id));
    assert_ok(buf_append_byte(context, ','));
    return true;
}

static void
collect_ids(struct store *store, const char *kind, struct buf *out)
{
    struct store_key key = support_key("1", "r", kind, "");
    assert_ok(
        store_range(store, &key, SPAN_LITERAL(""), SIZE_MAX, collect, out));
}

static void
killed_in_a_storm_it_keeps_what_it_acknowledged(void **state)
{
    int pipes[2], number, count = 0;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0)
        run_storm(*state, pipes[1]);
    assert_true(child > 0);
    assert_int_equal(close(pipes[1]), 0);
    struct buf numbers = { 0 }, left = { 0 }, right = { 0 };
    while (read(pipes[0], &number, sizeof(number)) == sizeof(number)) {
        assert_ok(buf_append(&numbers, span_of(&number, sizeof(number))));
        if (++count == STORM_ACKNOWLEDGED)
            assert_int_equal(kill(child, SIGKILL), 0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(count >= STORM_ACKNOWLEDGED);

    struct store *store = open_store(*state);
    for (size_t i = 0; i < numbers.len; i += sizeof(number)) {
        memcpy(&number, numbers.ptr + i, sizeof(number));
        assert_acknowledged_is_there(store, number);
    }
    collect_ids(store, "left", &left);
    collect_ids(store, "right", &right);
    assert_true(span_equal(buf_span(&left), buf_span(&right)));
    store_free(store);
    (void)close(pipes[0]);
    buf_reset(&numbers);
    buf_reset(&left);
    buf_reset(&right);
}

static void
copy_file(const char *from, const char *to, const char *name, size_t keep)
{
    struct buf bytes = { 0 };
    assert_ok(file_read(path_in(from, name), 1 << 24, &bytes));
    assert_ok(file_replace(
        path_in(to, name), 0600, span_first(buf_span(&bytes), keep)));
    buf_reset(&bytes);
}

/* The records of a torn copy are the first so many: none is missing between. */
static int
assert_is_beginning(const char *folder)
{
    struct store *store = open_store(folder);
    struct buf ids = { 0 }, expected = { 0 };
    int count = 0;
    collect_ids(store, "k", &ids);
    for (; expected.len < ids.len; count++)
        assert_ok(buf_printf(&expected, "%02d,", count));
    assert_true(span_equal(buf_span(&ids), buf_span(&expected)));
    store_free(store);
    buf_reset(&ids);
    buf_reset(&expected);
    return count;
}

static void
torn_log_loses_only_its_end(void **state)
{
    enum { COMMITS = 20 };
    struct store *store = open_store(*state);
    for (int i = 0; i < COMMITS; i++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "%02d", i);
        support_set(store, support_key("1", "r", "k", id), id);
    }
    size_t whole = (size_t)wal_size(*state);
    int most = 0;
    for (size_t keep = 0; keep <= whole; keep += whole / 23) {
        char *copy = support_make_folder();
        copy_file(*state, copy, "store.db", SIZE_MAX);
        copy_file(*state, copy, "store.db-wal", keep);
        int count = assert_is_beginning(copy);
        assert_true(count >= most);
        most = count;
        support_remove_folder(copy);
    }
    assert_true(most > COMMITS / 2);
    store_free(store);
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FACT(reopening_finds_everything_and_versions_go_on),
        FACT(folder_and_files_are_the_owners_alone),
        FACT(open_store_is_busy_for_all_others),
        FACT(folder_that_may_not_be_written_is_denied),
        FACT(missing_parent_folder_is_not_made),
        FACT(store_of_a_newer_program_is_refused_and_left_alone),
        FACT(file_that_is_no_store_is_refused_and_left_alone),
        FACT(full_disk_is_told_and_changes_nothing),
        FACT(commit_that_does_not_fit_fails_no_other),
        FACT(conflict_in_a_shared_transaction_fails_no_other),
        FACT(log_does_not_grow_for_ever),
        FACT(store_cannot_be_made_on_a_full_disk),
        FACT(killed_in_a_storm_it_keeps_what_it_acknowledged),
        FACT(torn_log_loses_only_its_end),
    };
#undef FACT
    (void)signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
