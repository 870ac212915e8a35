/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "base/num.h"
#include "base/version.h"

#include <getopt.h>

/* Sets what the option says; STATUS_INVALID for a value it cannot have. */
typedef enum status apply_fn(struct options *options, const char *value);

static enum status
apply_listen(struct options *options, const char *value)
{
    return net_address_parse(span_text(value), &options->listen);
}

static enum status
apply_admin(struct options *options, const char *value)
{
    struct net_address address = { 0 };
    if (strcmp(value, "none") != 0 &&
        (net_address_parse(span_text(value), &address) != STATUS_OK ||
            !net_address_is_loopback(&address)))
        return STATUS_INVALID;
    options->admin = address;
    return STATUS_OK;
}

/* In a container the loopback is the container's own: what its engine publishes
 * on the loopback of the host comes in by another address. */
static enum status
apply_admin_published(struct options *options, const char *value)
{
    return net_address_parse(span_text(value), &options->admin);
}

static enum status
apply_listen_tls(struct options *options, const char *value)
{
    return net_address_parse(span_text(value), &options->tls.listen);
}

static enum status
apply_tls(struct options *options, const char *value)
{
    return options_tls_source(&options->tls, value);
}

static enum status
apply_tls_name(struct options *options, const char *value)
{
    return options_tls_name(&options->tls, value);
}

static enum status
apply_store(struct options *options, const char *value)
{
    options->memory = strcmp(value, "memory") == 0;
    return options->memory || strcmp(value, "sqlite") == 0 ? STATUS_OK
                                                           : STATUS_INVALID;
}

static enum status
set_text(const char **place, const char *value)
{
    if (value[0] == '\0')
        return STATUS_INVALID;
    *place = value;
    return STATUS_OK;
}

static enum status
apply_data(struct options *options, const char *value)
{
    return set_text(&options->data, value);
}

static enum status
apply_root_key(struct options *options, const char *value)
{
    return set_text(&options->root_key, value);
}

static enum status
apply_seed(struct options *options, const char *value)
{
    return set_text(&options->seed, value);
}

static enum status
apply_tls_cert(struct options *options, const char *value)
{
    return set_text(&options->tls.certificate, value);
}

static enum status
apply_tls_key(struct options *options, const char *value)
{
    return set_text(&options->tls.key, value);
}

static enum status
apply_account(struct options *options, const char *value)
{
    if (strlen(value) != 12 || strspn(value, "0123456789") != 12)
        return STATUS_INVALID;
    return set_text(&options->account, value);
}

static enum status
apply_region(struct options *options, const char *value)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    enum { REGION_MAX = 32 };
    size_t len = strlen(value);
    if (len > REGION_MAX || strspn(value, allowed) != len)
        return STATUS_INVALID;
    return set_text(&options->region, value);
}

static enum status
apply_session_seconds(struct options *options, const char *value)
{
    enum { SECONDS_MAX = 43200 };
    return num_parse(
        span_text(value), 1, SECONDS_MAX, &options->session_seconds);
}

static enum status
apply_faults(struct options *options, const char *value)
{
    return set_text(&options->faults, value);
}

static enum status
apply_fault_seed(struct options *options, const char *value)
{
    return num_parse(span_text(value), 0, INT64_MAX, &options->fault_seed);
}

static enum status
apply_log_level(struct options *options, const char *value)
{
    return log_level_parse(span_text(value), &options->log_level);
}

static enum status
apply_log_format(struct options *options, const char *value)
{
    bool json = strcmp(value, "json") == 0;
    options->log_format = json ? LOG_JSON : LOG_TEXT;
    return json || strcmp(value, "text") == 0 ? STATUS_OK : STATUS_INVALID;
}

static const struct row {
    const char *name;
    const char *value; /* what stands for it in the help */
    apply_fn *apply;
    const char *help;
} rows[] = {
    { "listen", "ADDRESS:PORT", apply_listen,
        "where the API is served; port 0 takes a free one\n"
        "(default 127.0.0.1:4599)" },
    { "admin", "ADDRESS:PORT", apply_admin,
        "loopback address of metrics, reset and clock, or \"none\"\n"
        "(default 127.0.0.1:0)" },
    { "admin-published", "ADDRESS:PORT", apply_admin_published,
        "the same on any address, in a container whose engine\n"
        "publishes the port on its host's loopback" },
    { "tls", "self-signed[=FOLDER]", apply_tls,
        "HTTPS in the place of HTTP, with a certificate of a CA\n"
        "that is made once: FOLDER/ca.pem is for clients\n"
        "(default FOLDER: \"tls\" in the data folder)" },
    { "tls-name", "NAME", apply_tls_name,
        "one more name or address in that certificate, beside\n"
        "localhost, 127.0.0.1 and ::1; may be given again" },
    { "tls-cert", "FILE", apply_tls_cert,
        "HTTPS with this certificate (PEM, a chain)" },
    { "tls-key", "FILE", apply_tls_key, "and its key (PEM)" },
    { "listen-tls", "ADDRESS:PORT", apply_listen_tls,
        "HTTPS here, beside HTTP at --listen" },
    { "store", "ENGINE", apply_store, "sqlite or memory (default sqlite)" },
    { "data", "FOLDER", apply_data,
        "where sqlite keeps its files (default ./kmslab-data)" },
    { "root-key", "FILE", apply_root_key,
        "the key that seals key material, made at first start\n"
        "(default FOLDER/root.key; memory: a new one each time)" },
    { "seed", "FILE", apply_seed, "keys and aliases to have from the start" },
    { "account", "DIGITS", apply_account,
        "account of access keys that name none\n"
        "(default 000000000000)" },
    { "region", "NAME", apply_region,
        "Region of requests that name none (default us-east-1)" },
    { "session-seconds", "N", apply_session_seconds,
        "the most that a session of an assumed role lasts, to\n"
        "see one expire (default: as long as its caller asks)" },
    { "faults", "FILE", apply_faults,
        "fault rules to begin with, see docs/FAULTS.md" },
    { "fault-seed", "N", apply_fault_seed,
        "what their chances repeat by (default 0)" },
    { "log-level", "LEVEL", apply_log_level,
        "error, warn, info or debug (default info)" },
    { "log-format", "FORMAT", apply_log_format, "text or json (default text)" },
};

enum { HELP = 1000, VERSION, HELP_COLUMN = 24 };

static void
print_help(FILE *out)
{
    (void)fprintf(out, "Usage: kms-emulator [OPTION]...\n"
                       "Serves the AWS KMS API on this machine.\n\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int used = fprintf(out, "  --%s %s", rows[i].name, rows[i].value);
        const char *separator = used < HELP_COLUMN ? "" : "\n";
        int indent = used < HELP_COLUMN ? HELP_COLUMN - used : HELP_COLUMN;
        for (const char *c = rows[i].help; *c != '\0'; c++) {
            if (c == rows[i].help)
                (void)fprintf(out, "%s%*s", separator, indent, "");
            (void)fputc(*c, out);
            if (*c == '\n')
                (void)fprintf(out, "%*s", HELP_COLUMN, "");
        }
        (void)fputc('\n', out);
    }
    (void)fprintf(out,
        "  --help                this text\n"
        "  --version             the version\n\n"
        "When it serves, it prints one line on standard output:\n"
        "  kms-emulator ready http://HOST:PORT admin http://HOST:PORT\n"
        "with \" tls https://HOST:PORT\" at its end for --listen-tls.\n"
        "Logs go to standard error. SIGTERM and SIGINT end it.\n");
}

static struct options
defaults(void)
{
    struct options o = {
        .data = "kmslab-data",
        .account = "000000000000",
        .region = "us-east-1",
        .log_level = LOG_INFO,
        .log_format = LOG_TEXT,
    };
    enum status st = net_address_parse(span_text("127.0.0.1:4599"), &o.listen);
    if (st == STATUS_OK)
        st = net_address_parse(span_text("127.0.0.1:0"), &o.admin);
    (void)st; /* both are literals that the tests parse */
    return o;
}

static void
fill_long_options(struct option *long_options)
{
    size_t i = 0;
    for (; i < ARRAY_LEN(rows); i++)
        long_options[i] =
            (struct option){ rows[i].name, required_argument, NULL, (int)i };
    long_options[i++] = (struct option){ "help", no_argument, NULL, HELP };
    long_options[i++] =
        (struct option){ "version", no_argument, NULL, VERSION };
    long_options[i] = (struct option){ NULL, 0, NULL, 0 };
}

static enum options_outcome
usage(FILE *err)
{
    (void)fprintf(err, "Try 'kms-emulator --help'.\n");
    return OPTIONS_USAGE;
}

enum options_outcome
options_parse(
    int argc, char **argv, FILE *out, FILE *err, struct options *options)
{
    struct option long_options[ARRAY_LEN(rows) + 3];
    struct options made = defaults();
    fill_long_options(long_options);
    optind = 0; /* begins anew, also in a process that parses twice */
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (c == HELP) {
            print_help(out);
            return OPTIONS_DONE;
        }
        if (c == VERSION) {
            (void)fprintf(out, "kms-emulator %s\n", project_version);
            return OPTIONS_DONE;
        }
        if (c == '?') {
            (void)fprintf(err,
                "kms-emulator: %s: not an option, or its value is missing\n",
                argv[optind - 1]);
            return usage(err);
        }
        if (rows[c].apply(&made, optarg) != STATUS_OK) {
            (void)fprintf(err, "kms-emulator: --%s %s: not a value it takes\n",
                rows[c].name, optarg);
            return usage(err);
        }
    }
    if (optind < argc) {
        (void)fprintf(
            err, "kms-emulator: %s: no operands are taken\n", argv[optind]);
        return usage(err);
    }
    const char *problem = options_tls_problem(&made.tls, made.memory);
    if (problem != NULL) {
        (void)fprintf(err, "kms-emulator: %s\n", problem);
        return usage(err);
    }
    *options = made;
    return OPTIONS_RUN;
}
