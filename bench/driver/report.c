/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/bench.h"

#include <stdio.h>

/* The names are our own and need no escapes. */
static void
print_json_compare(const char *what, const struct measure *subject,
    const char *floor_name, const struct measure *floor)
{
    printf("{\"what\":\"%s\",\"cpu_us\":%.3f,\"per_second\":%.0f,"
           "\"floor\":\"%s\",\"floor_cpu_us\":%.3f,"
           "\"floor_per_second\":%.0f,\"cpu_ratio\":%.3f,"
           "\"rate_ratio\":%.3f}\n",
        what, measure_cpu_us(subject), measure_rate(subject), floor_name,
        measure_cpu_us(floor), measure_rate(floor),
        measure_cpu_us(subject) / measure_cpu_us(floor),
        measure_rate(subject) / measure_rate(floor));
}

void
bench_compare(const struct bench *bench, const char *what,
    const struct measure *subject, const char *floor_name,
    const struct measure *floor)
{
    if (bench->json)
        print_json_compare(what, subject, floor_name, floor);
    else
        printf("%-28s %8.1f us CPU %8.0f/s | %-18s %7.1f us %8.0f/s | "
               "%+7.1f us, CPU x%.2f, rate x%.2f\n",
            what, measure_cpu_us(subject), measure_rate(subject), floor_name,
            measure_cpu_us(floor), measure_rate(floor),
            measure_cpu_us(subject) - measure_cpu_us(floor),
            measure_cpu_us(subject) / measure_cpu_us(floor),
            measure_rate(subject) / measure_rate(floor));
    (void)fflush(stdout);
}

void
bench_figure(
    const struct bench *bench, const char *what, double value, const char *unit)
{
    if (bench->json)
        printf("{\"what\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", what,
            value, unit);
    else
        printf("%-28s %8.1f %s\n", what, value, unit);
    (void)fflush(stdout);
}

void
bench_load(
    const struct bench *bench, const char *what, const struct measure *measure)
{
    double calls = (double)measure->answers / 1e6;

    printf(bench->json
               ? "{\"what\":\"%s\",\"per_second\":%.0f,\"cpu_us\":%.1f,"
                 "\"p50_us\":%.0f,\"p99_us\":%.0f,\"client_cpu_us\":%.1f,"
                 "\"emulator_cpu_us\":%.1f}\n"
               : "%-34s %8.0f/s %8.1f us CPU  p50 %6.0f us  p99 %6.0f us | "
                 "client %.1f, emulator %.1f us CPU a call\n",
        what, measure_rate(measure), measure_cpu_us(measure), measure->p50_us,
        measure->p99_us, measure->client_cpu / calls,
        measure->backend_cpu / calls);
    (void)fflush(stdout);
}

void
bench_ratio(const struct bench *bench, const char *what, const char *peer,
    double ratio, const char *aim)
{
    if (bench->json)
        printf("{\"what\":\"%s\",\"peer\":\"%s\",\"ratio\":%.3f%s%s%s}\n", what,
            peer, ratio, aim == NULL ? "" : ",\"aim\":\"",
            aim == NULL ? "" : aim, aim == NULL ? "" : "\"");
    else
        printf("  %-48s x%.2f of the %s's%s%s%s\n", what, ratio, peer,
            aim == NULL ? "" : " (aim: ", aim == NULL ? "" : aim,
            aim == NULL ? "" : ")");
    (void)fflush(stdout);
}
