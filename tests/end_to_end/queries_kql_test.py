"""The KQL of docs/queries.md and docs/queries-calls.md in Microsoft's language
service: it accepts each query, with our tables, and finds the columns that the
SQL gives. The service comes from npm; tests without it are skipped. No KQL is
run."""

import pytest

from queries_data import QUERIES, TABLES, Data
from queries_page import EXAMPLE_ID, EXAMPLE_RECORDING, EXAMPLE_TIME_IN_KQL

# Columns of AzureMetrics: azure-monitor-docs, reference/tables/azuremetrics.md.
METRICS = ("let AzureMetrics = datatable(TimeGenerated: datetime, "
           "MetricName: string, Total: real) [];\n")

# The type of a column, and those of Python that SQLite gives for it.
PYTHON_TYPES = {"string": (str,), "datetime": (str,), "int": (int,),
                "long": (int,), "real": (float,), "bool": (int,)}


@pytest.fixture(scope="module")
def kusto(node):
    """What the language service finds in a text: kind, problems, columns."""
    return node("kusto", "kusto_check.js")


@pytest.fixture(scope="module")
def tables(program):
    """Declares the tables."""
    return "".join(program("schema", log, "--format", "kql-let").stdout
                   for log in TABLES) + METRICS


@pytest.fixture(scope="module")
def data(program, module_scratch):
    made = Data(program, module_scratch / "data", None)
    yield made
    made.close()


@pytest.mark.parametrize("query", QUERIES)
def test_kql_is_accepted(kusto, tables, query):
    found = kusto(tables + QUERIES[query].kql)
    assert found["kind"] == "Query" and found["problems"] == []


@pytest.mark.parametrize("query", QUERIES)
def test_kql_gives_the_columns_of_the_sql(kusto, tables, data, query):
    columns = kusto(tables + QUERIES[query].kql)["columns"]
    cursor = data.sqlite().execute(QUERIES[query].sql)
    assert [name for name, _ in columns] == [
        description[0] for description in cursor.description]
    for row in cursor.fetchmany(50):
        for (name, kind), value in zip(columns, row, strict=True):
            assert isinstance(value, PYTHON_TYPES[kind]), (name, kind, value)


@pytest.mark.parametrize("query", QUERIES)
def test_kql_reads_the_tables_of_the_sql(query):
    kql, sql = QUERIES[query].kql, QUERIES[query].sql
    named = [[table for table in (*TABLES.values(), "AzureMetrics")
              if table in text]
             for text in (kql, sql)]
    assert named[0] and named[0] == named[1]


@pytest.mark.parametrize("wrong, word", [
    (lambda kql: kql.replace("RecordId", "RecordNumber"), "RecordNumber"),
    (lambda kql: kql.replace("ACSBillingUsage", "ACSUsage"), "ACSUsage"),
    (lambda kql: kql.replace("| where ", "| ", 1), ""),
    (lambda kql: kql.replace("1h", "1h)"), ""),
])
def test_wrong_kql_is_refused(kusto, tables, wrong, word):
    """Also the fault of the published query: the word `where` is missing."""
    right = QUERIES["Connections of more than an hour"].kql
    assert wrong(right) != right
    problems = kusto(tables + wrong(right))["problems"]
    assert problems and word in "".join(problems)


def test_examples_are_the_same_in_kql_and_sql():
    assert EXAMPLE_TIME_IN_KQL in QUERIES["Calls in progress"].kql
    for query in ("Requests of a call", "Participants of a call",
                  "Search for calls"):
        assert f'"{EXAMPLE_ID}"' in QUERIES[query].kql
    assert f'"{EXAMPLE_RECORDING}"' in QUERIES["Requests of a recording"].kql
