/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/proxy_command.h"

#include "base/descriptors.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/num.h"
#include "options.h"
#include "process/interrupt.h"
#include "process/printing.h"
#include "proxy/control.h"

#include <stdio.h>

enum { LOOK_MS = 1000, FAULTS_MAX = 1024 * 1024 };

const char proxy_command_usage[] =
    "usage: kmslab proxy --listen unix:///PATH --plugin unix:///PATH [OPTION...]\n"
    "\n"
    "Stands between kube-apiserver and its KMS plugin: passes every call on, or\n"
    "delays, fails or changes those that rules name, and breaks connections as\n"
    "no gRPC library can be made to. Prints where it serves, and runs until it\n"
    "is stopped.\n"
    "\n"
    "  --listen E      the endpoint for kube-apiserver\n"
    "  --plugin E      the plugin's; it need not be there yet\n"
    "  --control A     where rules can be changed: 127.0.0.1:PORT, and 0 is a\n"
    "                  free one (nowhere)\n"
    "  --faults FILE   rules to begin with: JSON, as POST /faults takes it\n"
    "  --seed N        of the draws of rules (1)\n"
    "  --calls         without the layer of frames\n"
    "  --frames        without the layer of calls: bytes only\n"
    "  --json          print one line of JSON instead of text\n";

struct proxy_command {
    struct proxy_options options;
    const char *faults, *seed, *control_text;
    bool calls, frames, json;
    int64_t port;
    struct proxy *proxy;
    struct control *control;
};

static enum status
write_json(const struct proxy_command *c, struct buf *text)
{
    struct json_writer w = json_writer_to(text);
    struct buf url = { 0 };
    enum status status = STATUS_OK;

    json_write_object_begin(&w);
    json_write_key_text(&w, "listen", proxy_endpoint(c->proxy));
    json_write_key_text(&w, "plugin", c->options.plugin);
    if (c->control != NULL) {
        status =
            buf_printf(&url, "http://127.0.0.1:%u", control_port(c->control));
        json_write_key_string(&w, "control", buf_span(&url));
    }
    json_write_object_end(&w);
    if (status == STATUS_OK)
        status = json_writer_end(&w);
    buf_reset(&url);
    return status == STATUS_OK ? buf_append_byte(text, '\n') : status;
}

static enum status
write_text(const struct proxy_command *c, struct buf *text)
{
    enum status status = buf_printf(text, "proxy serves %s for %s",
        proxy_endpoint(c->proxy), c->options.plugin);

    if (status == STATUS_OK && c->control != NULL)
        status = buf_printf(
            text, " control http://127.0.0.1:%u", control_port(c->control));
    return status == STATUS_OK ? buf_append_byte(text, '\n') : status;
}

static enum status
report(const struct proxy_command *c, struct buf *problem)
{
    struct buf text = { 0 };
    enum status status = c->json ? write_json(c, &text) : write_text(c, &text);

    if (status == STATUS_OK)
        status = printing_put(&text, problem);
    buf_reset(&text);
    return status;
}

static enum status
arm(struct proxy_command *c, struct buf *problem)
{
    struct buf text = { 0 }, words = { 0 };
    enum status status = file_read(c->faults, FAULTS_MAX, &text);

    if (status == STATUS_OK)
        status = proxy_arm(c->proxy, buf_span(&text), &words);
    if (status != STATUS_OK)
        buf_say(problem, "%s: %s", c->faults,
            words.len > 0 ? buf_text(&words) : status_text(status));
    buf_reset(&text);
    buf_reset(&words);
    return status;
}

static enum status
start(struct proxy_command *c, struct buf *problem)
{
    enum status status = proxy_new(&c->options, &c->proxy, problem);

    if (status == STATUS_OK && c->faults != NULL)
        status = arm(c, problem);
    if (status != STATUS_OK || c->control_text == NULL)
        return status;
    status = control_new((uint16_t)c->port, c->proxy, &c->control);
    if (status != STATUS_OK)
        buf_say(problem, "cannot listen on %s: %s", c->control_text,
            status_text(status));
    return status;
}

static int
run(struct proxy_command *c)
{
    struct buf problem = { 0 };
    enum status status;

    descriptors_raise();
    status = interrupt_init();
    if (status == STATUS_OK)
        status = start(c, &problem);
    if (status == STATUS_OK)
        status = report(c, &problem);
    while (status == STATUS_OK)
        status = interrupt_sleep(LOOK_MS);
    if (status != STATUS_CANCELLED)
        fprintf(stderr, "kmslab proxy: %s\n",
            problem.len > 0 ? buf_text(&problem) : status_text(status));
    control_free(c->control);
    proxy_free(c->proxy);
    buf_reset(&problem);
    return status == STATUS_CANCELLED ? 0 : EXIT_FAILED;
}

static bool
read_port(struct proxy_command *c)
{
    const struct span local = SPAN_LITERAL("127.0.0.1:");
    struct span text = span_text(c->control_text);

    return c->control_text == NULL ||
           (span_starts_with(text, local) &&
               num_parse(span_skip(text, local.len), 0, UINT16_MAX, &c->port) ==
                   STATUS_OK);
}

/* The mistake on the command line; NULL: none. */
static const char *
check_options(struct proxy_command *c)
{
    int64_t seed = 1;

    if (c->options.listen == NULL || c->options.plugin == NULL)
        return "--listen and --plugin must be given";
    if (c->calls && c->frames)
        return "--calls and --frames exclude each other";
    if (c->seed != NULL &&
        num_parse(span_text(c->seed), 0, INT64_MAX, &seed) != STATUS_OK)
        return "--seed must be a number";
    if (!read_port(c))
        return "--control must be 127.0.0.1:PORT";
    c->options.seed = (uint64_t)seed;
    c->options.layers = c->calls    ? PROXY_CALLS
                        : c->frames ? PROXY_FRAMES
                                    : PROXY_BOTH;
    return NULL;
}

int
proxy_command_run(int argc, char **argv)
{
    struct proxy_command c = { .options = { .listen = NULL } };
    const struct option_row rows[] = {
        { "listen", &c.options.listen, NULL },
        { "plugin", &c.options.plugin, NULL },
        { "control", &c.control_text, NULL },
        { "faults", &c.faults, NULL },
        { "seed", &c.seed, NULL },
        { "calls", NULL, &c.calls },
        { "frames", NULL, &c.frames },
        { "json", NULL, &c.json },
    };
    const char *mistake;
    int rest, code;

    if (!options_parse(argc, argv, rows, ARRAY_LEN(rows), proxy_command_usage,
            &rest, &code))
        return code;
    mistake = rest != argc ? "takes options only" : check_options(&c);
    return mistake != NULL ? options_refuse("proxy", mistake) : run(&c);
}
