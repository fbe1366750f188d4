// Runs SQL in DuckDB. Each input line is a JSON list of texts with one or more
// statements. Runs them in a new database, and answers with a line: the rows of
// the last one, or the error message.
//
//   NODE_PATH=.../node_modules node duckdb_run.js

const { DuckDBInstance } = require('@duckdb/node-api');

async function run(texts) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  let rows = [];
  for (const text of texts) {
    rows = (await connection.runAndReadAll(text)).getRowsJson();
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
