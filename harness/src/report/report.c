/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/file.h"
#include "commands.h"
#include "options.h"
#include "report/github.h"
#include "report/junit.h"
#include "report/page.h"
#include "report/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_MODE = 0644, FOLDER_MODE = 0755 };

const char report_usage[] =
    "usage: kmslab report FOLDER [OPTION...]\n"
    "\n"
    "Writes reports of a run: FOLDER holds its run.json and journals, or one\n"
    "journal.json. In a step of GitHub Actions also prints annotations and\n"
    "appends to the step's summary.\n"
    "\n"
    "  --format NAME  junit (junit.xml), tap (report.tap), github\n"
    "                 (summary.md), html (report.html) or all (the default)\n"
    "  --out FOLDER   where the files go (FOLDER of the run)\n";

typedef enum status print_fn(const struct report_set *set, struct buf *out);

static const struct format {
    const char *name;
    unsigned bit;
    const char *file;
    print_fn *print;
} formats[] = {
    { "junit", REPORT_JUNIT, "junit.xml", junit_print },
    { "tap", REPORT_TAP, "report.tap", tap_print },
    { "github", REPORT_GITHUB, "summary.md", github_summary },
    { "html", REPORT_HTML, "report.html", page_print },
};

static enum status
write_format(const struct report_set *set, const struct format *format,
    const char *folder, struct buf *problem)
{
    struct buf path = { 0 }, text = { 0 };
    enum status st = buf_printf(&path, "%s/%s", folder, format->file);
    if (st == STATUS_OK)
        st = format->print(set, &text);
    if (st == STATUS_OK)
        st = file_replace(buf_text(&path), FILE_MODE, buf_span(&text));
    if (st != STATUS_OK)
        buf_say(problem, "%s: cannot be written: %s", buf_text(&path),
            status_text(st));
    buf_reset(&path);
    buf_reset(&text);
    return st;
}

static enum status
make_folder(const char *folder, struct buf *problem)
{
    if (mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST)
        return STATUS_OK;
    enum status st = status_from_errno(errno);
    buf_say(problem, "%s: cannot be made: %s", folder, status_text(st));
    return st;
}

enum status
report_write(const char *folder, unsigned wanted, const char *out_folder,
    struct buf *problem)
{
    struct report_set set = { 0 };
    enum status st = report_set_load(folder, &set, problem);
    if (st != STATUS_OK)
        return st;
    st = make_folder(out_folder, problem);
    for (size_t i = 0; i < ARRAY_LEN(formats) && st == STATUS_OK; i++)
        if ((wanted & formats[i].bit) != 0)
            st = write_format(&set, &formats[i], out_folder, problem);
    report_set_reset(&set);
    return st;
}

/* The file is the step's: what others wrote stays. */
static enum status
append_summary(
    const struct report_set *set, const char *path, struct buf *problem)
{
    struct buf text = { 0 };
    enum status st = github_summary(set, &text);
    FILE *file = st == STATUS_OK ? fopen(path, "a") : NULL;
    if (st == STATUS_OK && file == NULL)
        st = status_from_errno(errno);
    if (file != NULL) {
        bool whole = fwrite(text.ptr, 1, text.len, file) == text.len;
        if (fclose(file) != 0 || !whole)
            st = STATUS_IO;
    }
    if (st != STATUS_OK)
        buf_say(problem, "%s: cannot be written: %s", path, status_text(st));
    buf_reset(&text);
    return st;
}

static enum status
print_annotations(const struct report_set *set, FILE *to, struct buf *problem)
{
    struct buf text = { 0 };
    enum status st = github_annotations(set, &text);
    /* A reader that has left wants no more: no failure. */
    if (st == STATUS_OK &&
        (fputs(buf_text(&text), to) < 0 || fflush(to) != 0) && errno != EPIPE)
        st = STATUS_IO;
    if (st != STATUS_OK)
        buf_say(problem, "annotations: %s", status_text(st));
    buf_reset(&text);
    return st;
}

enum status
report_announce(const char *folder, FILE *to, struct buf *problem)
{
    struct report_set set = { 0 };
    const char *inside = getenv("GITHUB_ACTIONS");
    const char *summary = getenv("GITHUB_STEP_SUMMARY");
    if (inside == NULL || strcmp(inside, "true") != 0)
        return STATUS_OK;
    enum status st = report_set_load(folder, &set, problem);
    if (st == STATUS_OK)
        st = print_annotations(&set, to, problem);
    if (st == STATUS_OK && summary != NULL && summary[0] != '\0')
        st = append_summary(&set, summary, problem);
    report_set_reset(&set);
    return st;
}

/* 0 where there is none of that name. */
static unsigned
formats_named(const char *name)
{
    if (name == NULL || strcmp(name, "all") == 0)
        return REPORT_ALL;
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(name, formats[i].name) == 0)
            return formats[i].bit;
    return 0;
}

static int
run(const char *folder, unsigned wanted, const char *out_folder)
{
    struct buf problem = { 0 };
    enum status st = report_write(folder, wanted, out_folder, &problem);
    if (st == STATUS_OK && (wanted & REPORT_GITHUB) != 0)
        st = report_announce(folder, stdout, &problem);
    for (size_t i = 0; i < ARRAY_LEN(formats) && st == STATUS_OK; i++)
        if ((wanted & formats[i].bit) != 0)
            printf("%s/%s\n", out_folder, formats[i].file);
    if (st != STATUS_OK)
        fprintf(stderr, "kmslab report: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(st));
    buf_reset(&problem);
    return st == STATUS_OK ? 0 : EXIT_FAILED;
}

/* FOLDER may stand before the options, as the usage has it, or after them. */
int
report_run(int argc, char **argv)
{
    const char *format = NULL, *out = NULL, *folder = NULL;
    const struct option_row rows[] = {
        { "format", &format, NULL },
        { "out", &out, NULL },
    };
    int rest, code;
    if (argc > 1 && argv[1][0] != '-') {
        folder = argv[1];
        argv[1] = argv[0];
        argv++;
        argc--;
    }
    if (!options_parse(
            argc, argv, rows, ARRAY_LEN(rows), report_usage, &rest, &code))
        return code;
    if (folder == NULL && rest < argc)
        folder = argv[rest++];
    if (folder == NULL || rest != argc)
        return options_refuse("report", "takes one folder");
    unsigned wanted = formats_named(format);
    if (wanted == 0)
        return options_refuse(
            "report", "--format takes junit, tap, github, html or all");
    return run(folder, wanted, out == NULL ? folder : out);
}
