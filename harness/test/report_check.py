#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads reports back with parsers that are not ours: report_check.py WHAT FILE
[ARG...]. Exit 0 where the file is what it should be; else says what is wrong."""
import html.parser
import json
import re
import sys
import xml.etree.ElementTree

import os
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def check(holds, what):
    if not holds:
        sys.exit(f"report_check: {what}")


def text_of(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8")


# ---- JUnit -------------------------------------------------------------------

def junit(path, tests, failures, errors, skipped):
    """The structure that Jenkins' and GitLab's readers want, and the counts."""
    root = xml.etree.ElementTree.fromstring(text_of(path))
    check(root.tag == "testsuites", "the root is testsuites")
    wanted = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
    check({k: root.get(k) for k in wanted} == wanted, f"counts: {root.attrib}")
    sums = dict.fromkeys(wanted, 0)
    for suite in root:
        check(suite.tag == "testsuite" and suite.get("name"), "suites have names")
        tags = [child.tag for child in suite]
        check(tags in (["properties", "testcase"], ["testcase"]), f"a suite holds {tags}")
        case = suite.find("testcase")
        check(case.get("classname") and case.get("name") == suite.get("name"), "cases have names")
        float(case.get("time"))
        outcomes = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        check(len(outcomes) <= 1, "a case has one outcome")
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            check(int(suite.get(key)) == outcomes.count(tag), f"{key} of a suite")
            sums[key] += outcomes.count(tag)
        sums["tests"] += 1
        failure = case.find("failure")
        if failure is not None:
            properties = {p.get("name"): p.get("value") for p in suite.find("properties")}
            check("seed" in properties and "command" in properties, "a failure has a seed and a command")
            check("repeat: " + properties["command"] in failure.text, "a failure says how to repeat it")
            check(any(name.startswith("fault.") for name in properties), "faults are counted")
    check({k: str(v) for k, v in sums.items()} == wanted, f"what stands there: {sums}")


# ---- TAP ---------------------------------------------------------------------

SCALAR = re.compile(r'^( *)(- )?([a-z_]+):(?: (?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9 ._-]+)))?$')


def yaml_block(lines):
    """A strict reader of the YAML that reports use; the keys of the top."""
    found = {}
    for line in lines:
        match = SCALAR.match(line)
        check(match, f"no YAML: {line!r}")
        indent, dash, key, quoted, plain = match.groups()
        check(quoted is None or all(32 <= ord(c) != 127 for c in quoted), f"controls: {line!r}")
        if len(indent) == 2 and not dash:
            check(key not in found, f"{key} stands there twice")
            found[key] = quoted if quoted is not None else plain
    return found


def tap_tests(path):
    lines = text_of(path).split("\n")
    check(lines.pop() == "", "ends in a newline")
    check(lines[0] == "TAP version 14", "the version first")
    plan = re.fullmatch(r"1\.\.(\d+)( # SKIP .*)?", lines[1])
    check(plan, "then the plan")
    tests, at, bail = [], 2, False
    while at < len(lines):
        if lines[at].startswith("Bail out!"):
            bail, at = True, at + 1
            continue
        match = re.fullmatch(r"(ok|not ok) (\d+) - ((?:[^#\\]|\\.)*?)(?: # (SKIP) (.*))?", lines[at])
        check(match, f"no test: {lines[at]!r}")
        check(int(match[2]) == len(tests) + 1, "numbers in order")
        check(lines[at + 1] == "  ---", "a block")
        end = lines.index("  ...", at)
        tests.append((match[1] == "ok", match[3], match[4], yaml_block(lines[at + 2:end])))
        at = end + 1
    check(len(tests) == int(plan[1]), "as many as planned")
    return tests, bail


def tap(path, tests, failed, skipped, bails):
    found, bail = tap_tests(path)
    check(len(found) == int(tests), f"{len(found)} tests")
    check(sum(not ok for ok, *_ in found) == int(failed), "failures")
    check(sum(skip is not None for *_, skip, _ in found) == int(skipped), "skips")
    check(bail == (bails == "bails"), "bail out")
    for ok, _, _, block in found:
        check("verdict" in block and (ok or block.get("message")), "a failure has a message")


# ---- GitHub ------------------------------------------------------------------

def annotations(path, errors, warnings):
    lines = text_of(path).splitlines()
    lines = [line for line in lines if line.startswith("::")]
    for line in lines:
        match = re.fullmatch(r"::(error|warning) ((?:[a-z]+=[^,:]*,?)+)::(.*)", line)
        check(match, f"no command: {line!r}")
        check(not re.search(r"%(?!0A|0D|25|3A|2C)", line), f"a bare %: {line!r}")
    check(sum(line.startswith("::error") for line in lines) == int(errors), "errors")
    check(sum(line.startswith("::warning") for line in lines) == int(warnings), "warnings")


def summary(path, *words):
    text = text_of(path)
    check(len(text.encode()) <= 1024 * 1024, "below 1 MiB")
    check("\x1b" not in text and "<script" not in text and "<img" not in text, "nothing of others")
    for word in words:
        check(word in text, f"has {word!r}")


# ---- HTML --------------------------------------------------------------------

VOID = {"meta", "link", "input", "br", "rect", "line", "circle", "path", "use"}
OPTIONAL = {"rect", "use", "path"}  # void or with content, in SVG


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.ids, self.links, self.names = [], [], [], [], []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID or tag in OPTIONAL:
            self.handle_endtag(tag)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        check(not any(name.startswith("on") for name in attrs), f"no handler in {tag}")
        check("style" not in attrs, f"no style in {tag}")
        for name in ("src", "href", "action", "xlink:href"):
            if name in attrs:
                self.links.append(attrs[name])
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "table":
            self.names.append(tag)
        if tag == "th":
            check("scope" in attrs, "a th has a scope")
        if tag not in VOID or tag in OPTIONAL:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID and tag not in OPTIONAL:
            return
        check(self.open and self.open[-1] == tag, f"</{tag}> after {self.open[-3:]}")
        self.open.pop()


def page(path, limit):
    text = text_of(path)
    check(len(text.encode()) < int(limit), f"{len(text.encode())} bytes")
    check(not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e]", text), "no control characters")
    reader = Page()
    reader.feed(text)
    reader.close()
    check(not reader.open, f"left open: {reader.open}")
    check(reader.tags.count("script") == 1 and reader.tags.count("style") == 1, "its own script and style")
    check("img" not in reader.tags and "iframe" not in reader.tags, "nothing else")
    check(len(reader.ids) == len(set(reader.ids)), "ids are unique")
    for link in reader.links:
        check(link == "data:," or (link[0] == "#" and link[1:] in reader.ids), f"a link to {link}")
    check("Content-Security-Policy" in text and "default-src 'none'" in text, "a policy")


# ---- the page in a browser ---------------------------------------------------

def browser(path, prefix=None):
    """Nothing to complain of, no sideways scrolling; pictures and a PDF kept."""
    import browser as driver
    found = driver.look(path, prefix) if prefix else driver.glance(path)
    print(json.dumps(found))
    check(found.pop("pdf", 10001) > 10000, "a PDF")
    for name, seen in found.items():
        check(seen["complaints"] == [], f"{name}: {seen['complaints']}")
        check(seen["overflow"] <= 0, f"{name}: {seen['overflow']} px too wide")


def unharmed(path):
    """What a journal holds is text: no script of its ran, no element came of it."""
    import browser as driver
    seen = driver.Browser()
    try:
        seen.open(path)
        check("owned" not in seen.run("document.title").split(" ")[0], "the title is the page's")
        check(seen.run("document.images.length") == 0, "no images")
        check(seen.run("document.scripts.length") == 1, "one script")
        check("<img src=x" in seen.run("document.body.textContent"), "it can be read")
        check(seen.complaints() == [], f"{seen.complaints()}")
        # The policy would stop it even so.
        seen.run("var s = document.createElement('script'); s.textContent = 'window.owned = 1';"
                 "document.body.appendChild(s); 0")
        check(seen.run("window.owned === undefined"), "the policy stops scripts of others")
    finally:
        seen.close()


def tools(path):
    """Copy, filter, zoom; and without the script the same can be read."""
    import browser as driver
    seen = driver.Browser()
    try:
        seen.open(path)
        check(seen.run("document.querySelectorAll('.copy:not([hidden])').length") > 0, "copy buttons")
        seen.run("window.copied = ''; navigator.clipboard.writeText = async t => { window.copied = t };"
                 "document.querySelector('.scenario .copy').click()")
        check(seen.run("window.copied").startswith("kmslab run"), "the command is copied")
        rows = "Array.from(document.querySelector('.scenario[open] .lines').querySelectorAll('tbody tr'))"
        before = seen.run(f"{rows}.filter(r => !r.hidden).length")
        seen.run("document.querySelector('.scenario[open] .rid').click()")
        after = seen.run(f"{rows}.filter(r => !r.hidden).length")
        check(0 < after < before, f"a request's lines: {after} of {before}")
        check(seen.run(f"new Set({rows}.filter(r => !r.hidden).map(r => r.dataset.r)).size") == 1, "of one request")
        check(seen.run("document.querySelectorAll('.tl .dim').length") > 0, "its marks stand out")
        seen.run("document.querySelector('.scenario[open] .only button').click()")
        check(seen.run(f"{rows}.filter(r => !r.hidden).length") == before, "all again")
        width = "document.querySelector('.scenario[open] .tl .scroll svg').getBoundingClientRect().width"
        before = seen.run(width)
        seen.run("document.querySelector('.scenario[open] .zoom [data-by=\"2\"]').click()")
        check(abs(seen.run(width) / before - 2) < 0.05, "zoom")
        check(seen.overflow() <= 0, "zoom widens nothing else")
        seen.run("document.querySelector('.index [data-verdict=failed][aria-pressed]').click()")
        check(seen.run("Array.from(document.querySelectorAll('.index tbody tr')).filter(r => !r.hidden)"
                       ".every(r => r.dataset.verdict === 'failed')"), "the index is filtered")
        check(seen.complaints() == [], f"{seen.complaints()}")
        seen.open(path, script=False)
        check(seen.run("document.querySelectorAll('.tools:not([hidden])').length") == 0, "no dead tools")
        check(seen.run("document.querySelectorAll('.scenario[open] tbody tr').length") > 20, "all is there")
    finally:
        seen.close()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
