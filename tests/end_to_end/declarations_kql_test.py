"""Checks the output of `busyhour schema --format kql`, `kql-let` and `dcr` with
the language service of KQL: it accepts the text, and reports the columns and
types that the sources define. The service is an npm package; without it, the
tests are skipped.
"""

import re

import pytest

import dataset


def table_name(log, shape):
    is_table = shape in ("table", "data-export", "table-arrival")
    return dataset.TABLES[log] + ("" if is_table else "Raw")


KUSTO_TYPES = {"s": "string", "i": "int", "r": "real", "b": "bool",
               "t": "datetime"}


@pytest.fixture(scope="module")
def kusto(node):
    """Returns what the language service reports for a text: kind, problems,
    columns."""
    return node("kusto", "kusto_check.js")


def kusto_columns(log, shape):
    columns = []
    for name, letter in dataset.fields(log, shape):
        parent, _, member = name.partition(".")
        column = [parent, "dynamic" if member else KUSTO_TYPES[letter]]
        if column not in columns:
            columns.append(column)
    return columns


KUSTO_SHAPES = ("table", "resource-log", "documented", "data-export",
                "table-arrival")


@pytest.mark.parametrize("shape", KUSTO_SHAPES)
@pytest.mark.parametrize("log", dataset.LOGS)
def test_kql_creates_a_table(program, kusto, log, shape):
    text = program("schema", log, "--format", "kql", "--shape", shape).stdout
    found = kusto(text)
    assert found["kind"] == "Command" and found["problems"] == []
    assert text.startswith(f".create table {table_name(log, shape)} (")
    # The service does not report the columns of the created table, so check the
    # column list as that of a datatable without rows.
    columns = text.split("(", 1)[1].rsplit(")", 1)[0]
    assert kusto(f"datatable({columns})[]")["columns"] == kusto_columns(
        log, shape)


@pytest.mark.parametrize("shape", KUSTO_SHAPES)
@pytest.mark.parametrize("log", dataset.LOGS)
def test_kql_let_checks_a_query(program, kusto, log, shape):
    text = program("schema", log, "--format", "kql-let", "--shape",
                   shape).stdout
    table = table_name(log, shape)
    found = kusto(f"{text}{table}")
    assert found["problems"] == []
    assert found["columns"] == kusto_columns(log, shape)
    assert "'Nothing'" in kusto(f"{text}{table} | where Nothing == 1")[
        "problems"][0]


# As published with the tables: azure-monitor-docs, reference/queries/.
QUERIES = [
    """ACSCallAutomationIncomingOperations
       | where ResultType == "Failed"
       | summarize percentiles(DurationMs, 50, 95)
           by OperationName, OperationVersion""",
    """ACSCallAutomationIncomingOperations
       | where OperationName == "Recognize"
       | join kind=inner ACSCallAutomationMediaSummary on OperationId
       | project TimeGenerated, ResultCode, ResultSubcode, PlayInterrupted""",
    """ACSBillingUsage
       | where tolower(UsageType) == "audio"
       | extend Length = EndTime - StartTime
       | summarize sum(Quantity), dcount(RecordId) by UsageType""",
]


@pytest.mark.parametrize("query", QUERIES)
def test_kql_let_accepts_queries_for_the_tables(program, kusto, query):
    tables = "".join(program("schema", log, "--format", "kql-let").stdout
                     for log in dataset.LOGS)
    assert kusto(tables + query)["problems"] == []


# ------------------------------------------------------ data collection rules

_STREAM_TO_KUSTO = {"boolean": "bool"}


def datatable(columns):
    return "datatable(" + ", ".join(
        f"['{column['name']}']: "
        f"{_STREAM_TO_KUSTO.get(column['type'], column['type'])}"
        for column in columns) + ")[]"


@pytest.mark.parametrize("log", dataset.LOGS)
def test_rule_transforms_the_stream_into_the_table(program, kusto, log):
    rule = dataset.parse(program("schema", log, "--format", "dcr").stdout)
    schema = dataset.parse(program(
        "schema", log, "--format", "dcr-table").stdout)["properties"]["schema"]
    flow, = rule["dataFlows"]
    stream, = flow["streams"]
    assert stream == f"Custom-{dataset.CATEGORIES[log]}"
    assert flow["outputStream"] == f"Custom-{schema['name']}"
    source = datatable(rule["streamDeclarations"][stream]["columns"])
    assert kusto(source)["columns"] == kusto_columns(log, "resource-log")
    made = kusto(f"let source = {source}; {flow['transformKql']}")
    assert made["problems"] == []
    assert made["columns"] == kusto(datatable(schema["columns"]))["columns"]
    standard = dataset.fields(log, "table")[len(schema["columns"]):]
    assert [name for name, _ in standard] == [
        "TenantId", "SourceSystem", "Type", "_ResourceId", "_SubscriptionId",
        "_BilledSize", "_IsBillable"]


@pytest.mark.parametrize("log", dataset.LOGS)
def test_rule_finds_the_fields_of_records(program, log):
    """Each source of the transformation is a field of our records, and has the
    same value as the table's record."""
    rule = dataset.parse(program("schema", log, "--format", "dcr").stdout)
    raw, table = (dataset.read(program.generate(
        "--profile", "conference", "--calls", 60, "--logs", log, "--shape",
        shape), "jsonl") for shape in ("resource-log", "table"))
    projected = re.findall(
        r"(\w+) = (?:to\w+\()?([^,)]+)\)?",
        rule["dataFlows"][0]["transformKql"].split(" | project ")[1])
    assert len(projected) == len(dataset.fields(log, "table")) - 7
    for name, source in projected:
        path = re.findall(r"\w+", source)
        for record, row in zip(raw, table, strict=True):
            value = record
            for part in path:
                value = value[part]
            assert str(value) == str(row[name]), (name, source)
