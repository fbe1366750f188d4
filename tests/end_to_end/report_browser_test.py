"""Opens pages of `busyhour report` in browsers: light and dark, narrow and wide,
with and without scripts. Nothing is requested, no error is reported, all charts
are drawn, nothing is wider than the page, and axe-core finds no violation. A
browser that is missing is left out.
"""

import shutil

import pytest

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
    page = module_scratch / "page.html"
    program("report", module_scratch / "run2.report", "--against",
            module_scratch / "run1.report", module_scratch / "verdict.json",
            module_scratch / "logs", "-o", page)
    return page


@pytest.fixture(scope="module")
def browse(node, npm_tool, whole_page):
    show = node("browser", "report_browser.js")
    axe = npm_tool("axe") / "node_modules" / "axe-core" / "axe.min.js"

    def open_page(browser, dark, width, scripts):
        path = shutil.which(BROWSERS[browser])
        if path is None:
            pytest.skip(f"there is no {BROWSERS[browser]}")
        return show({"browser": browser, "path": path, "dark": dark,
                     "width": width, "scripts": scripts, "axe": str(axe),
                     "page": str(whole_page)})

    return open_page


@pytest.mark.parametrize("view", VIEWS)
def test_the_page(browse, view):
    browser, dark, width, scripts = VIEWS[view]
    seen = browse(browser, dark, width, scripts)
    assert "error" not in seen, seen
    assert len(seen["requests"]) <= 1, "only the page itself"
    assert seen["messages"] == []
    assert seen["violations"] == []
    assert not seen["wide"]
    assert seen["drawn"] == (seen["charts"] if scripts else 0)
    if not scripts and seen["charts"]:
        assert "Charts need scripts" in seen["text"]
