/* SPDX-License-Identifier: Apache-2.0 */
/* A shared AWS file: what is read out of it lies in it, on a line it has. */
#include "credentials/profile.h"
#include "fuzz/fuzz.h"

static int
count_lines(struct span text)
{
    int lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

static void
check(struct span text, enum profile_file kind, enum profile_section section,
    struct span name)
{
    struct profile profile;
    struct profile_flaw flaw = profile_find_flaw(text, kind);
    int lines = count_lines(text);
    FUZZ_CHECK(flaw.line >= 0 && flaw.line <= lines);
    FUZZ_CHECK((flaw.why != NULL) == (flaw.line > 0));
    profile_read(text, kind, section, name, &profile);
    for (size_t i = 0; i < PROFILE_KEYS; i++) {
        struct span value = profile.values[i];
        FUZZ_CHECK(profile.lines[i] >= 0 && profile.lines[i] <= lines);
        FUZZ_CHECK(profile.found || profile.lines[i] == 0);
        FUZZ_CHECK(value.len == 0 ||
                   (value.ptr >= text.ptr &&
                       value.ptr + value.len <= text.ptr + text.len));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span text = span_of(bytes, len);
    check(text, PROFILE_FILE_CREDENTIALS, PROFILE_SECTION_PROFILE,
        SPAN_LITERAL("default"));
    for (unsigned section = 0; section <= PROFILE_SECTION_SERVICES; section++) {
        check(text, PROFILE_FILE_CONFIG, section, SPAN_LITERAL("default"));
        check(text, PROFILE_FILE_CONFIG, section, SPAN_LITERAL("x"));
    }
    return 0;
}
