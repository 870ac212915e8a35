/* SPDX-License-Identifier: Apache-2.0 */
/* What report.html can do beyond being read: copy, filter, zoom, print whole.
   Without it the page says the same. */
(function () {
  "use strict";
  var all = function (root, selector) {
    return Array.prototype.slice.call(root.querySelectorAll(selector));
  };
  var on = function (nodes, event, run) {
    nodes.forEach(function (node) { node.addEventListener(event, run); });
  };

  all(document, "[data-js]").forEach(function (node) { node.hidden = false; });

  /* ---- copy the command ---- */
  function copyBySelection(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    var selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    document.execCommand("copy");
    selection.removeAllRanges();
  }
  on(all(document, ".copy"), "click", function (event) {
    var button = event.currentTarget;
    var code = button.parentNode.querySelector("code");
    var done = function () {
      button.textContent = "Copied";
      setTimeout(function () { button.textContent = "Copy"; }, 1500);
    };
    if (navigator.clipboard && navigator.clipboard.writeText)
      navigator.clipboard.writeText(code.textContent).then(done, function () {
        copyBySelection(code);
        done();
      });
    else {
      copyBySelection(code);
      done();
    }
  });

  /* ---- the index: by verdict and by words ---- */
  var index = document.querySelector(".index");
  if (index) {
    var words = index.querySelector("input");
    var chosen = {};
    var show = function () {
      var sought = words.value.trim().toLowerCase();
      var any = Object.keys(chosen).some(function (v) { return chosen[v]; });
      var shown = 0;
      all(index, "tbody tr").forEach(function (row) {
        var fits = (!any || chosen[row.dataset.verdict]) &&
          row.textContent.toLowerCase().indexOf(sought) >= 0;
        row.hidden = !fits;
        shown += fits ? 1 : 0;
        document.getElementById(row.dataset.section).hidden = !fits;
      });
      index.querySelector("[role=status]").textContent = shown + " shown";
    };
    words.addEventListener("input", show);
    on(all(index, "[data-verdict][aria-pressed]"), "click", function (event) {
      var button = event.currentTarget;
      chosen[button.dataset.verdict] = !chosen[button.dataset.verdict];
      button.setAttribute("aria-pressed", String(!!chosen[button.dataset.verdict]));
      show();
    });
    index.querySelector(".unfold").addEventListener("click", function (event) {
      var open = event.currentTarget.getAttribute("aria-pressed") !== "true";
      event.currentTarget.setAttribute("aria-pressed", String(open));
      all(document, ".scenario").forEach(function (node) { node.open = open; });
    });
  }

  /* A link to a scenario opens it. */
  function openTarget() {
    var node = location.hash.length > 1 &&
      document.getElementById(location.hash.slice(1));
    if (node && node.tagName === "DETAILS") {
      node.open = true;
      node.scrollIntoView();
    }
  }
  addEventListener("hashchange", openTarget);
  openTarget();

  /* ---- lines: by request, by words ---- */
  all(document, ".scenario").forEach(function (scenario) {
    var lines = scenario.querySelector(".lines");
    if (!lines) return;
    var input = scenario.querySelector(".line-words");
    var only = scenario.querySelector(".only");
    var request = null;
    function showLines() {
      var sought = input ? input.value.trim().toLowerCase() : "";
      all(lines, "tbody tr").forEach(function (row) {
        row.hidden = (request !== null && row.dataset.r !== request) ||
          (row.textContent + " " + (row.dataset.r || "")).toLowerCase().indexOf(sought) < 0;
      });
      all(scenario, ".tl [data-r]").forEach(function (mark) {
        var mine = request === null ||
          (" " + mark.dataset.r + " ").indexOf(" " + request + " ") >= 0;
        mark.classList.toggle("dim", !mine);
      });
      if (only) {
        only.hidden = request === null;
        only.querySelector("code").textContent = request === null ? "" : request;
      }
    }
    if (input) input.addEventListener("input", showLines);
    on(all(lines, ".rid"), "click", function (event) {
      var id = event.currentTarget.closest("tr").dataset.r;
      request = request === id ? null : id;
      showLines();
    });
    on(all(scenario, ".only button"), "click", function () {
      request = null;
      showLines();
    });
  });

  /* ---- zoom of a timeline ---- */
  all(document, ".timeline").forEach(function (figure) {
    var scroll = figure.querySelector(".scroll");
    var plot = scroll.querySelector("svg");
    var zoom = 1;
    function set(next) {
      next = Math.min(64, Math.max(1, next));
      var middle = (scroll.scrollLeft + scroll.clientWidth / 2) / zoom;
      zoom = next;
      plot.style.width = zoom * 100 + "%";
      scroll.scrollLeft = middle * zoom - scroll.clientWidth / 2;
    }
    on(all(figure, ".zoom button"), "click", function (event) {
      var by = Number(event.currentTarget.dataset.by);
      set(by === 0 ? 1 : zoom * by);
    });
    scroll.addEventListener("keydown", function (event) {
      if (event.key === "+" || event.key === "=") set(zoom * 2);
      else if (event.key === "-") set(zoom / 2);
      else if (event.key === "0") set(1);
    });
  });

  /* ---- on paper what is unfolded is whole ---- */
  var closed = [];
  addEventListener("beforeprint", function () {
    closed = all(document, ".scenario[open] details:not([open])");
    closed.forEach(function (node) { node.open = true; });
  });
  addEventListener("afterprint", function () {
    closed.forEach(function (node) { node.open = false; });
  });
})();
