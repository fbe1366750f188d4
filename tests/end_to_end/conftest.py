"""Fixtures and options of the tests of the whole program.

    /usr/bin/python3 -B -m pytest tests/end_to_end/verify_test.py \
        --program build/release/busyhour

`scratch` is a directory for one test, in TMPDIR or next to the program.
`shipped` is the name of each shipped profile in turn that does not extend
another one.
"""

import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# The shorter tests of scripts/test.sh.
QUICK = bool(os.environ.get("BUSYHOUR_QUICK"))

# Register them before they are imported, so that their asserts show the
# compared values.
pytest.register_assert_rewrite(
    "call_log_laws", "calls", "fault_labels", "identity_laws", "loading",
    "media_laws", "program", "queries_answers", "queries_call_answers",
    "queries_call_truth", "queries_data", "request_laws",
    "truth_call_expected", "truth_expected", "usage_laws", "verdicts")

import profiles  # noqa: E402
from loading import Loads  # noqa: E402
from program import ROOT, Program  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("busyhour")
    group.addoption("--program", default=f"{ROOT}/build/release/busyhour",
                    help="the program under test (default: the release build)")
    group.addoption("--portable", action="store_true",
                    help="the program was built with BUSYHOUR_PORTABLE")
    group.addoption("--cases", type=int, default=1 if QUICK else 0,
                    metavar="N",
                    help="at most N cases of each test (default: all; 1 if "
                         "BUSYHOUR_QUICK is set)")
    group.addoption("--every", type=int, default=1, metavar="N",
                    help="every N-th repetition of a check that a test repeats "
                         "(default: 1)")
    group.addoption("--trials", type=int, default=10 if QUICK else 40,
                    help="trials of verify_damage_test.py (default: 40; 10 if "
                         "BUSYHOUR_QUICK is set)")
    group.addoption("--first-seed", type=int, default=1,
                    help="seed of the first trial (default: 1)")
    group.addoption("--cuts", type=int, default=20 if QUICK else 60,
                    help="losses of power of each case of power_loss_test.py "
                         "(default: 60; 20 if BUSYHOUR_QUICK is set)")
    group.addoption("--join-calls", type=int, default=1200,
                    help="calls of call_joins_test.py (default: 1200)")
    group.addoption("--update-golden", action="store_true",
                    help="write golden.json instead of comparing with it")
    group.addoption("--update-tables", action="store_true",
                    help="write the table of detectors_test.py into its page")
    group.addoption("--kafka-cluster", default="",
                    help="path of the program kafka_cluster")
    group.addoption("--tools", default=f"{ROOT}/build/tools",
                    help="directory of npm packages, installed if missing")


def program_of(config: pytest.Config) -> Program:
    path = config.getoption("--program")
    if not os.path.exists(path):
        raise pytest.UsageError(f"--program: there is no {path}")
    return Program(path, config.getoption("--every"),
                   config.getoption("--portable"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "shipped" in metafunc.fixturenames:
        metafunc.parametrize(
            "shipped", profiles.base(program_of(metafunc.config)))
    if "trial" in metafunc.fixturenames:
        first = metafunc.config.getoption("--first-seed")
        metafunc.parametrize("trial", range(
            first, first + metafunc.config.getoption("--trials")))


def pytest_collection_modifyitems(config: pytest.Config,
                                  items: list[pytest.Item]) -> None:
    """Selects `--cases` of each test, at equal distances."""
    most = config.getoption("--cases")
    if not most:
        return
    tests: dict[tuple, list[pytest.Item]] = collections.defaultdict(list)
    for item in items:
        tests[item.path, getattr(item, "originalname", item.name)].append(item)
    items[:] = [cases[i * len(cases) // count]
                for cases in tests.values()
                for count in [min(most, len(cases))] for i in range(count)]


@pytest.fixture(scope="session")
def program(pytestconfig: pytest.Config) -> Program:
    return program_of(pytestconfig)


@contextlib.contextmanager
def scratch_directory(program: Program) -> Iterator[pathlib.Path]:
    place = os.environ.get("TMPDIR", os.path.dirname(program.path))
    with tempfile.TemporaryDirectory(prefix="busyhour-", dir=place) as path:
        yield pathlib.Path(path)


@pytest.fixture(scope="module")
def module_scratch(program: Program) -> Iterator[pathlib.Path]:
    """A directory that the tests of a module share."""
    with scratch_directory(program) as path:
        yield path


@pytest.fixture
def scratch(program: Program) -> Iterator[pathlib.Path]:
    with scratch_directory(program) as path:
        yield path


SideBySide = Callable[..., None]


@pytest.fixture(scope="module")
def side_by_side(request: pytest.FixtureRequest, program: Program,
                 module_scratch: pathlib.Path) -> Iterator[SideBySide]:
    """Runs cases in parallel that spend most of their time waiting.

    `side_by_side(cases, case)` waits for one of `cases`, and raises its
    exception if it fails. `cases` maps names to functions; each takes a program
    and a scratch directory of its own. The first call starts all cases that the
    selected tests name by a parameter `case`, at most `limit` at a time.
    """
    outcomes: dict[str, concurrent.futures.Future] = {}
    wanted = [item.callspec.params["case"] for item in request.session.items
              if item.module is request.module and hasattr(item, "callspec")
              and "case" in item.callspec.params]
    pools = []

    def outcome(cases: dict, case: str, limit: int = 16) -> None:
        if case not in outcomes:
            pools.append(concurrent.futures.ThreadPoolExecutor(limit))
            for name in wanted:
                if name in cases:
                    place = module_scratch / str(len(outcomes))
                    place.mkdir()
                    outcomes[name] = pools[-1].submit(cases[name], program,
                                                      place)
        outcomes[case].result()

    yield outcome
    for pool in pools:
        pool.shutdown()


@pytest.fixture
def load(program: Program, scratch: pathlib.Path) -> Loads:
    return Loads(program, scratch)


@pytest.fixture
def is_portable(program: Program) -> bool:
    return program.is_portable


@pytest.fixture
def of_linux(is_portable: bool) -> None:
    """For tests of what only Linux can do: skips them in a portable build."""
    if is_portable:
        pytest.skip("the program uses no call that only Linux has")


@pytest.fixture
def own_calls(program: Program) -> None:
    """For tests in which system calls fail: skips them if a sanitizer is on."""
    if program.is_sanitized():
        pytest.skip("a sanitizer makes system calls of its own")


@pytest.fixture
def unwatched_memory(program: Program) -> None:
    """For tests of memory use: skips them if a sanitizer is on."""
    if program.is_sanitized():
        pytest.skip("a sanitizer takes memory of its own")


@pytest.fixture(scope="session")
def npm_tool(pytestconfig: pytest.Config) -> Callable[[str], pathlib.Path]:
    """`npm_tool("azurite")` returns the directory of that package of
    scripts/packages/npm.txt, and installs it if necessary. If that fails, it
    skips the test."""

    def directory(name: str) -> pathlib.Path:
        place = pathlib.Path(pytestconfig.getoption("--tools")) / name
        done = subprocess.run(
            [ROOT / "scripts" / "npm.sh", name, place], check=False,
            stderr=subprocess.PIPE, text=True, timeout=400)
        if done.returncode != 0:
            pytest.skip(f"there is no {name}: {done.stderr.strip()}")
        return place

    return directory


@pytest.fixture(scope="module")
def node(npm_tool: Callable[[str], pathlib.Path],
         module_scratch: pathlib.Path) -> Iterator[Callable]:
    """`node(tool, script)` starts a script that reads lines of JSON and answers
    each with a line of JSON. It runs in the scratch directory of the test
    module. Returns a function that sends a line and returns the answer."""
    started = []

    def start(tool: str, script: str) -> Callable:
        modules = npm_tool(tool) / "node_modules"
        process = subprocess.Popen(
            ["node", ROOT / "tests" / "end_to_end" / script], cwd=module_scratch, text=True,
            env={**os.environ, "NODE_PATH": str(modules)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)

        def ask(question: object) -> Any:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        return ask

    yield start
    for process in started:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


@pytest.fixture(scope="session")
def kafka_cluster_path(pytestconfig: pytest.Config) -> str:
    return pytestconfig.getoption("--kafka-cluster")


@pytest.fixture(scope="session")
def kafka_cluster(kafka_cluster_path: str) -> str:
    """For tests that need the mock cluster of Kafka."""
    if not kafka_cluster_path:
        pytest.skip("--kafka-cluster is not given")
    return kafka_cluster_path
