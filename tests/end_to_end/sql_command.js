// Takes the place of the commands `duckdb` and `clickhouse`, whose engines come
// from npm as libraries: runs SQL and prints the rows as the command does.
//
//   NODE_PATH=.../node_modules node sql_command.js duckdb [-csv] -c SQL
//   NODE_PATH=.../node_modules node sql_command.js clickhouse local --query SQL

async function runDuckDb(options, sql) {
  const { DuckDBInstance, ResultReturnType } = require('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const reader = await (await instance.connect()).runAndReadAll(sql);
  // The command does not print the number of rows that a COPY has written.
  if (reader.returnType !== ResultReturnType.QUERY_RESULT) return;
  if (options.join() !== '-csv') throw new Error('prints with -csv only');
  for (const row of [reader.columnNames(), ...reader.getRowsJson()]) {
    console.log(row.join(','));
  }
}

function runClickHouse(options, sql) {
  if (options.join() !== 'local') throw new Error('runs `local` only');
  process.stdout.write(require('chdb').query(sql, 'TabSeparated'));
}

const COMMANDS = {
  duckdb: { run: runDuckDb, option: '-c' },
  clickhouse: { run: runClickHouse, option: '--query' },
};

async function main(name, ...words) {
  const { run, option } = COMMANDS[name];
  const [last, sql] = words.splice(-2);
  if (last !== option) throw new Error(`expects ${option} SQL at the end`);
  await run(words, sql);
}

main(...process.argv.slice(2)).catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
