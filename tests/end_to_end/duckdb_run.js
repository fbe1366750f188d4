// Runs SQL in DuckDB. Reads a JSON list of texts of one or several statements
// from each line, runs them in a new database, and answers with a line: the
// rows of the last one, or what went wrong. Whole numbers are numbers.
//
//   NODE_PATH=.../node_modules node duckdb_run.js

const { DuckDBInstance, DuckDBTypeId } = require('@duckdb/node-api');

// The types that `getRowsJson` writes as texts.
const LONG = [DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT];

function rowsOf(reader) {
  const types = reader.columnTypes();
  return reader.getRowsJson().map(row => row.map(
      (value, i) => value !== null && LONG.includes(types[i].typeId)
          ? Number(value) : value));
}

async function run(texts) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  let rows = [];
  for (const text of texts) {
    rows = rowsOf(await connection.runAndReadAll(text));
  }
  return { rows };
}

async function answerAll() {
  for await (const line of
             require('readline').createInterface({ input: process.stdin })) {
    const answer = await run(JSON.parse(line)).catch(
        error => ({ error: error.message }));
    console.log(JSON.stringify(answer));
  }
}

answerAll();
