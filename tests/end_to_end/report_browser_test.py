"""Opens pages of `busyhour report` and of a run that goes on in browsers: light and
dark, narrow and wide, with and without scripts. Nothing is requested, no error is reported, all charts
are drawn, nothing is wider than the page, and axe-core finds no violation. A
browser that is missing is left out.
"""

import shutil

import pytest

from live_run import LiveRun
from loading import Loads

BROWSERS = {"chromium": "chromium", "firefox": "firefox-esr"}
# A browser, and the reader's colours, width and permission of scripts.
VIEWS = {
    "light": ("chromium", False, 1280, True),
    "dark and narrow": ("chromium", True, 360, True),
    "without scripts": ("chromium", False, 1280, False),
    "firefox": ("firefox", False, 1280, True),
    "firefox, dark": ("firefox", True, 500, True),
}


@pytest.fixture(scope="module")
def whole_page(program, module_scratch):
    """A page of all kinds of parts, with an earlier run beside its own."""
    loads = Loads(program, module_scratch)
    for _ in range(2):
        loads("null:", "--rate", "2000/s", "--for", "2s", "--slo",
              "60s", "--threshold", "ack.p99<1us", records=20_000,
              expect=1)
    program("generate", "--duration", "5m", "--out", module_scratch / "logs",
            "--quiet")
    verdict = program("verify", module_scratch / "logs" / "Usage.jsonl",
                      "--manifest", module_scratch / "logs", "--json",
                      expect=1).stdout
    (module_scratch / "verdict.json").write_text(verdict, encoding="utf-8")
    program("load", "--to", "null:", "--find-max", "--trial", "200ms", "--rate",
            "20M/s", "--report", module_scratch / "search.json", "--quiet",
            expect=None)
    old = module_scratch / "old"
    old.mkdir()
    for name in ("run1.report", "search.json", "verdict.json"):
        shutil.copy(module_scratch / name, old / f"{name}.json")
    shutil.copy(module_scratch / "logs" / "manifest.json", old)
    page = module_scratch / "page.html"
    program("report", module_scratch / "run2.report",
            module_scratch / "search.json", module_scratch / "verdict.json",
            module_scratch / "logs", "--against", old, "-o", page)
    return page


@pytest.fixture(scope="module")
def browse(node, npm_tool):
    show = node("browser", "report_browser.js")
    axe = npm_tool("axe") / "node_modules" / "axe-core" / "axe.min.js"

    def open_page(page, browser, dark, width, scripts, steps=()):
        path = shutil.which(BROWSERS[browser])
        if path is None:
            pytest.skip(f"there is no {BROWSERS[browser]}")
        return show({"browser": browser, "path": path, "dark": dark,
                     "width": width, "scripts": scripts, "axe": str(axe),
                     "page": str(page), "steps": list(steps)})

    return open_page


def check_seen(seen, scripts=True):
    assert "error" not in seen, seen
    assert seen["messages"] == []
    assert seen["violations"] == []
    assert not seen["wide"]
    assert seen["drawn"] == (seen["charts"] if scripts else 0)


@pytest.mark.parametrize("view", VIEWS)
def test_the_page(browse, whole_page, view):
    browser, dark, width, scripts = VIEWS[view]
    seen = browse(whole_page, browser, dark, width, scripts)
    check_seen(seen, scripts)
    assert len(seen["requests"]) <= 1, "only the page itself"
    if not scripts and seen["charts"]:
        assert "Charts need scripts" in seen["text"]


# The page follows the run, and its buttons change it. It sends requests only to
# the server of the run.
@pytest.mark.parametrize("view", ["dark and narrow", "firefox"])
def test_the_page_of_a_run_that_goes_on(browse, program, scratch, view):
    browser, dark, width, _ = VIEWS[view]
    live = LiveRun(program, scratch)
    seen = browse(f"http://127.0.0.1:{live.port}/", browser, dark, width, True, [
        {"until": "since the start, rate 2,000 records/s"},
        {"click": "#faster", "until": "rate 2,200 records/s"},
        {"click": "#pause", "until": "Paused"},
        {"click": "#pause", "until": "Running"},
        {"click": "#end", "until": "End it now?"},
        {"click": "#end", "until": "Passed"}])
    report = live.load.finish()
    check_seen(seen)
    assert seen["charts"] > 5
    assert report["verdict"] in seen["text"]
    assert "Changes during the run" in seen["text"]
    # Firefox has fonts of its own, as data.
    assert all(url.startswith((f"http://127.0.0.1:{live.port}/", "data:"))
               for url in seen["requests"]), seen["requests"]
    assert [(change["what"], change["by"]) for change in report["changes"]] == [
        ("rate", "page"), ("pause", "page"), ("resume", "page"),
        ("end", "page")]
