// Converts JSON lines to Parquet with DuckDB, on one thread.
//
//   node duckdb_copy.js NODE_MODULES LINES PARQUET
'use strict';

const path = require('path');

async function main() {
  const [modules, lines, columns] = process.argv.slice(2);
  const {DuckDBInstance} =
    require(path.resolve(modules, '@duckdb/node-api'));
  const instance = await DuckDBInstance.create(':memory:', {threads: '1'});
  const connection = await instance.connect();
  await connection.run(
    `COPY (FROM '${lines}') TO '${columns}' (FORMAT parquet, COMPRESSION zstd)`);
}

main();
