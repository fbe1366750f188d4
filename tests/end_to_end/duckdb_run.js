// Runs SQL in DuckDB. Reads a JSON list of texts of one or several statements
// from each line, runs them in a new database, and answers with a line: the
// rows of the last one, or what went wrong. Whole numbers are numbers. If all
// but the last one are those of the line before, the last one alone is run in
// the same database: to open one takes longer than most queries.
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

let opened = { before: null, connection: null };

// The connection to a database in which these statements were run.
async function connectionAfter(texts) {
  const before = JSON.stringify(texts);
  if (opened.before !== before) {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    for (const text of texts) await connection.runAndReadAll(text);
    opened = { before: texts.length > 0 ? before : null, connection };
  }
  return opened.connection;
}

async function run(texts) {
  const connection = await connectionAfter(texts.slice(0, -1));
  return { rows: rowsOf(await connection.runAndReadAll(texts.at(-1))) };
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
