/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2, F_SETPIPE_SZ */
#include "base/log.h"
#include "base/log_sample.h"
#include "test/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Standard output or error, led elsewhere for a while. */
struct lead {
    int at;
    int saved;
};

static struct lead
lead_to(int at, int fd)
{
    struct lead lead = { at, dup(at) };
    assert_true(lead.saved >= 0);
    assert_int_equal(dup2(fd, at), at);
    return lead;
}

static void
lead_back(struct lead lead)
{
    assert_int_equal(dup2(lead.saved, lead.at), lead.at);
    (void)close(lead.saved);
}

struct pipe {
    int read, write;
};

static struct pipe
open_pipe(void)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    int flags = fcntl(ends[0], F_GETFL);
    assert_int_equal(fcntl(ends[0], F_SETFL, flags | O_NONBLOCK), 0);
    return (struct pipe){ ends[0], ends[1] };
}

static void
close_pipe(struct pipe pipe)
{
    (void)close(pipe.read);
    (void)close(pipe.write);
}

/* All that is in the pipe. */
static void
drain(int fd, struct buf *out)
{
    uint8_t bytes[4096];
    ssize_t got;
    buf_clear(out);
    while ((got = read(fd, bytes, sizeof(bytes))) > 0)
        assert_ok(buf_append(out, span_of(bytes, (size_t)got)));
}

static size_t
count_of(const struct buf *text, const char *word)
{
    size_t count = 0, at;
    struct span rest = buf_span(text);
    while (span_search(rest, span_text(word), &at)) {
        count++;
        rest = span_skip(rest, at + 1);
    }
    return count;
}

static void
the_first_hundred_in_a_second_are_admitted_then_each_hundredth(void **state)
{
    (void)state;
    struct log_sample_held held = { .count = -1 };
    size_t admitted = 0;
    for (int i = 0; i < 1000; i++)
        admitted += log_sample_admits(LOG_WARN, "many", 5000 + i / 2);
    assert_int_equal(admitted, 109);
    assert_true(log_sample_admits(LOG_INFO, "many", 5500));
    assert_true(log_sample_admits(LOG_WARN, "others", 5500));
    assert_false(log_sample_take(5999, &held));
    assert_int_equal(held.count, -1);
    assert_true(log_sample_take(6000, &held));
    assert_int_equal(held.count, 891);
    assert_int_equal(held.level, LOG_WARN);
    assert_string_equal(held.message, "many");
    assert_false(log_sample_take(6000, &held));
    assert_true(log_sample_admits(LOG_WARN, "many", 6000));
}

static void
a_clock_that_is_set_back_begins_a_new_second(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++)
        (void)log_sample_admits(LOG_INFO, "back", 90000);
    assert_true(log_sample_admits(LOG_INFO, "back", 89000));
}

static void
more_kinds_than_there_is_room_for_are_not_sampled(void **state)
{
    (void)state;
    static char names[LOG_SAMPLE_KINDS + 20][8];
    size_t admitted = 0, taken = 0;
    struct log_sample_held held;
    while (log_sample_take(INT64_MAX, &held))
        ; /* of other tests */
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        (void)snprintf(names[i], sizeof(names[i]), "n%zu", i);
        for (int n = 0; n < 101; n++)
            admitted += log_sample_admits(LOG_INFO, names[i], 200000);
    }
    assert_true(admitted >= 100 * ARRAY_LEN(names) + 20);
    while (log_sample_take(INT64_MAX, &held))
        taken += (size_t)held.count;
    assert_int_equal(admitted + taken, 101 * ARRAY_LEN(names));
}

static void
what_was_held_back_is_told_at_the_end(void **state)
{
    (void)state;
    struct pipe pipe = open_pipe();
    struct buf text = { 0 };
    log_init("test", LOG_INFO, LOG_TEXT);
    log_set_sampling(true);
    (void)fcntl(pipe.write, F_SETPIPE_SZ, 1 << 20);
    struct lead lead = lead_to(STDERR_FILENO, pipe.write);
    for (int i = 0; i < 150; i++)
        log_event(LOG_ERROR, "it broke", log_number("n", i));
    log_finish();
    lead_back(lead);
    log_set_sampling(false);
    drain(pipe.read, &text);
    size_t lines = count_of(&text, " error test it broke n=");
    assert_true(lines >= 100);
    if (lines == 100) /* all in one second */
        assert_non_null(strstr(buf_text(&text),
            "error test more like this were not logged event=\"it broke\" "
            "more=50\n"));
    buf_reset(&text);
    close_pipe(pipe);
}

static void
a_pipe_that_nobody_reads_stops_nobody(void **state)
{
    (void)state;
    struct pipe pipe = open_pipe();
    struct buf text = { 0 };
    enum { LINES = 5000 };
    log_init("test", LOG_INFO, LOG_TEXT);
    struct lead lead = lead_to(STDERR_FILENO, pipe.write);
    for (int i = 0; i < LINES; i++)
        log_event(LOG_INFO, "a line", log_number("n", i));
    drain(pipe.read, &text);
    size_t first = count_of(&text, "a line");
    log_message(LOG_INFO, "there is room");
    lead_back(lead);
    assert_int_equal(fcntl(pipe.write, F_GETFL) & O_NONBLOCK, 0);
    assert_in_range(first, 100, LINES - 100);
    drain(pipe.read, &text);
    const char *told = strstr(buf_text(&text), "could not be written lines=");
    assert_non_null(told);
    int lost = 0;
    assert_int_equal(sscanf(strchr(told, '='), "=%d", &lost), 1);
    assert_in_range((size_t)lost + first, LINES - 1, LINES + 1);
    assert_int_equal(count_of(&text, "there is room\n"), 1);
    buf_reset(&text);
    close_pipe(pipe);
}

static void
a_full_disk_loses_lines_and_tells_later(void **state)
{
    (void)state;
    struct pipe pipe = open_pipe();
    struct buf text = { 0 };
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    log_init("test", LOG_INFO, LOG_JSON);
    struct lead lead = lead_to(STDERR_FILENO, full);
    for (int i = 0; i < 3; i++)
        log_message(LOG_INFO, "nobody hears this");
    lead_back(lead);
    lead = lead_to(STDERR_FILENO, pipe.write);
    log_message(LOG_INFO, "heard");
    lead_back(lead);
    drain(pipe.read, &text);
    assert_non_null(strstr(buf_text(&text), "\"lines\":3}\n{"));
    assert_int_equal(count_of(&text, "\"message\":\"heard\"}\n"), 1);
    buf_reset(&text);
    (void)close(full);
    close_pipe(pipe);
}

static void
a_closed_standard_error_stops_nobody(void **state)
{
    (void)state;
    log_init("test", LOG_INFO, LOG_TEXT);
    int saved = dup(STDERR_FILENO);
    (void)close(STDERR_FILENO);
    log_message(LOG_INFO, "nobody hears this");
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    (void)close(saved);
    log_message(LOG_INFO, "and is told of it"); /* after those it hears now */
}

static void
zap_s_lines_have_its_names_in_its_order_on_standard_output(void **state)
{
    (void)state;
    struct pipe pipe = open_pipe();
    struct buf text = { 0 };
    log_init("test", LOG_INFO, LOG_ZAP);
    (void)fflush(stdout);
    struct lead lead = lead_to(STDOUT_FILENO, pipe.write);
    log_event(
        LOG_WARN, "a \"word\"", log_text("error", "b"), log_number("n", 5));
    lead_back(lead);
    log_init("test", LOG_INFO, LOG_TEXT);
    drain(pipe.read, &text);
    int line, end = 0, ms;
    char date[32];
    assert_int_equal(
        sscanf(buf_text(&text),
            "{\"level\":\"warn\",\"timestamp\":\"%19[0-9T:-].%3dZ\","
            "\"caller\":\"test/test_log.c:%d\","
            "\"message\":\"a \\\"word\\\"\",\"error\":\"b\","
            "\"n\":5}%n",
            date, &ms, &line, &end),
        3);
    assert_int_equal(text.ptr[end], '\n');
    assert_int_equal(text.len, (size_t)end + 1);
    buf_reset(&text);
    close_pipe(pipe);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_first_hundred_in_a_second_are_admitted_then_each_hundredth),
        cmocka_unit_test(a_clock_that_is_set_back_begins_a_new_second),
        cmocka_unit_test(more_kinds_than_there_is_room_for_are_not_sampled),
        cmocka_unit_test(what_was_held_back_is_told_at_the_end),
        cmocka_unit_test(a_pipe_that_nobody_reads_stops_nobody),
        cmocka_unit_test(a_full_disk_loses_lines_and_tells_later),
        cmocka_unit_test(a_closed_standard_error_stops_nobody),
        cmocka_unit_test(
            zap_s_lines_have_its_names_in_its_order_on_standard_output),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
