// Runs SQL in ClickHouse (chDB, its engine as a library). Reads a JSON list of
// statements from each line, runs them in a new database, and answers with a
// line: the rows of the last one, or what went wrong.
//
//   NODE_PATH=.../node_modules node clickhouse_run.js

const { Session } = require('chdb');

let databases = 0;

function run(session, texts) {
  const database = `d${++databases}`;
  session.query(`CREATE DATABASE ${database}`);
  session.query(`USE ${database}`);
  let answer = '';
  for (const text of texts) answer = session.query(text, 'JSONCompactEachRow');
  session.query(`DROP DATABASE ${database}`);
  return { rows: answer.split('\n').filter(Boolean).map(row => JSON.parse(row)) };
}

async function answerAll() {
  const session = new Session();
  for await (const line of
             require('readline').createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = run(session, JSON.parse(line));
    } catch (error) {
      answer = { error: error.message };
    }
    console.log(JSON.stringify(answer));
  }
  session.cleanup();
}

answerAll();
