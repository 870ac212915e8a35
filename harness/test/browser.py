#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium for tests, driven through its debugging pipe. Nothing
listens, nothing is fetched: every request but for file: and data: is a fault of
the page. As a program: browser.py PAGE OUT_PREFIX looks at one page in light,
dark, on a phone and printed, keeps pictures and prints what it found as JSON."""
import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-extensions", "--disable-dev-shm-usage", "--no-proxy-server",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe"]
PATIENCE_S = 60


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="kmslab-browser-")
        to_child, self.write = os.pipe()
        self.read, from_child = os.pipe()
        # The browser reads commands from descriptor 3 and answers on 4.
        command = ["sh", "-c", f'exec 3<&{to_child} 4>&{from_child}; exec "$@"', "sh",
                   shutil.which("chromium") or "chromium", *FLAGS, f"--user-data-dir={self.folder}", "about:blank"]
        self.process = subprocess.Popen(command, pass_fds=(to_child, from_child), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def message(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.read], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self.read, 1 << 20)
            if not chunk:
                raise EOFError("the browser has gone")
            self.buffer += chunk
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.write, data):]
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self.message(deadline)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def await_event(self, method):
        deadline = time.monotonic() + PATIENCE_S
        while not any(e.get("method") == method for e in self.events):
            self.events.append(self.message(deadline))

    def open(self, path, width=1280, height=900, dark=False, script=True):
        self.events = []
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=2 if width < 600 else 1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", media="",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        self.await_event("Page.loadEventFired")

    def run(self, expression):
        """The value of an expression of JavaScript in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def complaints(self):
        """What the console, the log or an exception said, and requests that left the file."""
        found = []
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append("exception: " + params["exceptionDetails"].get("text", ""))
            elif method == "Runtime.consoleAPICalled":
                found.append("console: " + json.dumps(params["args"])[:300])
            elif method == "Log.entryAdded":
                found.append("log: " + params["entry"]["text"][:300])
            elif method == "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not url.startswith(("file:", "data:", "about:")):
                    found.append("request: " + url[:300])
        return found

    def overflow(self):
        """Pixels by which the page is wider than its window."""
        return self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def picture(self, path, whole=True):
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def pdf(self, path):
        data = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
        return len(data)

    def close(self):
        try:
            self.call("Browser.close")
        except (OSError, EOFError, TimeoutError, RuntimeError):
            self.process.kill()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def look(page, prefix):
    browser, found = Browser(), {}
    try:
        for name, width, dark in (("light", 1280, False), ("dark", 1280, True), ("phone", 360, False),
                                  ("phone-dark", 360, True)):
            browser.open(page, width=width, height=800, dark=dark)
            browser.picture(f"{prefix}-{name}.png")
            found[name] = {"overflow": browser.overflow(), "complaints": browser.complaints()}
        browser.open(page)
        found["pdf"] = browser.pdf(f"{prefix}.pdf")
    finally:
        browser.close()
    return found


def glance(page):
    """As look, without pictures: for pages that nobody wants to see."""
    browser, found = Browser(), {}
    try:
        for name, width, dark in (("dark", 1280, True), ("phone", 360, False)):
            browser.open(page, width=width, height=800, dark=dark)
            found[name] = {"overflow": browser.overflow(), "complaints": browser.complaints()}
    finally:
        browser.close()
    return found


if __name__ == "__main__":
    print(json.dumps(look(sys.argv[1], sys.argv[2])))
