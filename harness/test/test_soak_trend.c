/* SPDX-License-Identifier: Apache-2.0 */
#include "process/usage.h"
#include "soak/trend.h"
#include "test/check.h"

#include <math.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT = 60 };

/* `slope` an hour over `hours`, with a wave around it. */
static void
fill(struct trend_sample *samples, double hours, double slope, double wave)
{
    for (size_t i = 0; i < COUNT; i++) {
        double x = hours * (double)i / COUNT;
        samples[i] = (struct trend_sample){ x,
            100 + slope * x + (i % 2 ? wave : -wave) };
    }
}

static void
the_slope_of_a_line_is_found(void **state UNUSED)
{
    struct trend_sample samples[COUNT];
    struct trend trend;
    fill(samples, 2, 3.5, 0);
    assert_ok(trend_of(samples, COUNT, &trend));
    assert_true(fabs(trend.slope - 3.5) < 1e-9);
    assert_true(trend.error < 1e-6);
    assert_true(trend_exceeds(&trend, 3));
    assert_false(trend_exceeds(&trend, 4));
}

static void
noise_alone_proves_no_growth_but_a_leak_beneath_it_does(void **state UNUSED)
{
    struct trend_sample samples[COUNT];
    struct trend trend;
    fill(samples, 0.5, 0, 5);
    assert_ok(trend_of(samples, COUNT, &trend));
    assert_true(trend.error > 1);
    assert_false(trend_exceeds(&trend, 1));
    fill(samples, 0.5, 60, 5);
    assert_ok(trend_of(samples, COUNT, &trend));
    assert_true(trend_exceeds(&trend, 1));
}

static void
too_few_samples_have_no_trend(void **state UNUSED)
{
    struct trend_sample samples[COUNT];
    struct trend trend = { 9, 9 };
    fill(samples, 1, 1, 0);
    assert_int_equal(trend_of(samples, 2, &trend), STATUS_INVALID);
    for (size_t i = 0; i < COUNT; i++)
        samples[i].hours = 1;
    assert_int_equal(trend_of(samples, COUNT, &trend), STATUS_INVALID);
    assert_true(trend.slope == 9);
    assert_false(trend_has_risen(samples, 2, 0));
}

static void
a_rise_is_told_from_coming_and_going(void **state UNUSED)
{
    struct trend_sample samples[COUNT];
    fill(samples, 1, 0, 4);
    assert_false(trend_has_risen(samples, COUNT, 0));
    fill(samples, 1, 30, 0);
    assert_true(trend_has_risen(samples, COUNT, 8));
    assert_false(trend_has_risen(samples, COUNT, 30));
}

static void
what_a_process_uses_is_read(void **state UNUSED)
{
    struct usage before, after;
    assert_ok(usage_read(getpid(), &before));
    assert_true(before.memory > 0);
    assert_int_equal(before.threads, 1);
    int fd = dup(STDOUT_FILENO);
    assert_true(fd >= 0);
    assert_ok(usage_read(getpid(), &after));
    assert_int_equal(after.descriptors, before.descriptors + 1);
    assert_int_equal(close(fd), 0);
}

/* As the plugin is to kmslab where that is not root. */
static void
of_a_closed_process_is_read_what_all_may_see(void **state UNUSED)
{
    int how = 0;
    assert_int_equal(prctl(PR_SET_DUMPABLE, 0), 0);
    pid_t child = fork();
    if (child == 0) {
        enum { NOBODY = 65534 };
        struct usage usage;
        bool good = (geteuid() != 0 || setuid(NOBODY) == 0) &&
                    usage_read(getppid(), &usage) == STATUS_OK &&
                    usage.closed && usage.memory > 0 && usage.threads == 1 &&
                    usage.descriptors == 0;
        _exit(good ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(prctl(PR_SET_DUMPABLE, 1), 0);
    assert_int_equal(how, 0);
}

static void
a_process_that_is_not_there_uses_nothing(void **state UNUSED)
{
    struct usage usage = { .threads = 2 };
    assert_int_equal(usage_read(0x3ffffffe, &usage), STATUS_NOT_FOUND);
    assert_int_equal(usage.threads, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slope_of_a_line_is_found),
        cmocka_unit_test(
            noise_alone_proves_no_growth_but_a_leak_beneath_it_does),
        cmocka_unit_test(too_few_samples_have_no_trend),
        cmocka_unit_test(a_rise_is_told_from_coming_and_going),
        cmocka_unit_test(what_a_process_uses_is_read),
        cmocka_unit_test(of_a_closed_process_is_read_what_all_may_see),
        cmocka_unit_test(a_process_that_is_not_there_uses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
