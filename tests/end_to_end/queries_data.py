"""The data sets on which the queries of docs/queries.md and
docs/queries-calls.md are run, and the databases that hold them, loaded as the
page says."""

import contextlib
import shlex
import sqlite3
import subprocess
import sys

import call_log_laws
import calls as grouping
import dataset
import own_profiles
import queries_page
from files import manifest_of, write_json

QUERIES = queries_page.queries()
TABLES = dataset.TABLES | call_log_laws.TABLES

# The options of `generate`; None: the page's own.
DATASETS = {
    "page": None,
    "contact-center": ["--profile", "contact-center", "--calls", 250,
                       "--seed", 2],
    # Refused and unanswered calls; these have no server call id.
    "reminder-campaign": ["--profile", "reminder-campaign", "--calls", 500,
                          "--seed", 3],
    "voice-bot": ["--profile", "voice-bot", "--calls", 250, "--seed", 4,
                  "--start", "2026-03-02T13:57:00Z"],
    # Requests are throttled.
    "ivr-storm": ["--profile", "ivr-storm", "--calls", 500, "--seed", 5,
                  "--start", "2026-03-02T09:04:30Z"],
    # Some connections of more than an hour.
    "conference": ["--profile", "conference", "--calls", 800, "--seed", 6],
    "everything": ["--profile", own_profiles.everything, "--calls", 300,
                   "--seed", 7],
}
# Each database, and the data sets on which it runs all queries. The others
# differ in nothing that a database could understand differently.
ENGINES = {"sqlite": tuple(DATASETS),
           "duckdb": ("page", "ivr-storm", "everything")}
# Records arrive twice. Only the queries about usage do not count them twice.
REPEATED = ["--profile", "conference", "--calls", 800, "--seed", 6,
            "--fault", "duplicate=0.2"]


class Data:
    """A data set: databases, made as on the page, and its records, grouped
    from files of another frame."""

    def __init__(self, program, place, options):
        self.program = program
        self.place = place
        (generate, metrics), self.code = queries_page.loading()
        words = shlex.split(generate)[1:]
        place.mkdir()
        if options is None:
            options = words[1:words.index("--frame")]
        else:
            options = list(options)
            if callable(options[1]):
                write_json(place / "own.json", options[1]())
                options[1] = "own.json"
            options += ["--logs", "all"]
            words[1:words.index("--frame")] = options
        # The calls: the options without logs and faults.
        self.calls_options = options[:min(
            options.index(name) for name in ("--logs", "--fault")
            if name in options)]
        program(*words, "--quiet", cwd=place)
        program("generate", *options, "--shape", "table", "--out", "records",
                "--quiet", cwd=place)
        words = shlex.split(metrics)[1:]
        words[1:words.index("--format")] = self.calls_options
        program(*words, cwd=place)
        self.counts = manifest_of(place / "logs")["counts"]
        self.records = (grouping.read(place / "records")
                        | call_log_laws.read(place / "records"))
        self.engines = {}

    def group(self):
        """Sets the calls, and the call of each correlation id."""
        self.calls = grouping.group(self.records)
        self.call_of = {request["correlationid"]: call for call in self.calls
                        for request in call.requests}

    def rows(self, name, *changed, engine="sqlite", ask=None):
        """What a query gives, with other words for those of the page. `ask`
        runs statements in DuckDB."""
        sql = QUERIES[name].sql
        for old, new in changed:
            assert old in sql
            sql = sql.replace(old, new)
        if engine == "sqlite":
            return self.sqlite().execute(sql).fetchall()
        answer = ask([*self.duckdb(ask), sql])
        assert "error" not in answer, answer["error"]
        return [tuple(row) for row in answer["rows"]]

    def sqlite(self):
        if "sqlite" not in self.engines:
            subprocess.run([sys.executable, "-c", self.code], cwd=self.place,
                           check=True, timeout=120)
            self.engines["sqlite"] = sqlite3.connect(self.place / "logs.db")
        return self.engines["sqlite"]

    def duckdb(self, ask):
        """Statements that open the database, which is made first."""
        if "duckdb" not in self.engines:
            commands, load = queries_page.loading_into_duckdb()
            generate, metrics, rest = commands.split("\n", 2)
            assert generate.endswith(" --shape table --out ./logs")
            assert metrics == queries_page.loading()[0][1]
            subprocess.run(["bash", "-euo", "pipefail", "-c", rest],
                           cwd=self.place, check=True, timeout=60,
                           env=self.program.environment())
            tables = (self.place / "tables.sql").read_text(encoding="utf-8")
            assert load.count("'logs/") == len(TABLES)
            answer = ask([
                f"ATTACH '{self.place}/logs.duckdb' AS data; USE data;", tables,
                load.replace("'logs/", f"'{self.place}/records/").replace(
                    "'metrics.jsonl'", f"'{self.place}/metrics.jsonl'")])
            assert "error" not in answer, answer["error"]
            self.engines["duckdb"] = (
                f"ATTACH '{self.place}/logs.duckdb' AS data (READ_ONLY);"
                " USE data;")
        return [self.engines["duckdb"]]

    def close(self):
        with contextlib.suppress(KeyError):
            self.engines["sqlite"].close()
