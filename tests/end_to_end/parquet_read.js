// Reads Parquet files with three libraries that share no code. Reads a JSON
// list of a reader, a file and perhaps a condition in SQL from each line, and
// answers with a line: the rows as objects in `rows`, or what went wrong in
// `error`. Times are milliseconds in {"ms": N}, GUIDs are texts.
//
//   NODE_PATH=A/node_modules:B/node_modules node parquet_read.js

const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

// The module of a library that only `import` loads.
function load(file) {
  const places = process.env.NODE_PATH.split(path.delimiter);
  const found = places.map(place => path.join(place, file))
                    .find(place => fs.existsSync(place));
  return import(pathToFileURL(found));
}

function guidOf(bytes) {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16),
          hex.slice(16, 20), hex.slice(20)].join('-');
}

// ------------------------------------------------------------------- DuckDB

async function readWithDuckDb(file, condition) {
  const { DuckDBInstance } = require('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
      `SELECT * FROM '${file}'` + (condition ? ` WHERE ${condition}` : ''));
  const plain = value => {
    if (value === null || typeof value !== 'object') {
      return typeof value === 'bigint' ? Number(value) : value;
    }
    switch (value.constructor.name) {
      case 'DuckDBTimestampTZValue':
        return { ms: Number(value.micros) / 1000 };
      case 'DuckDBUUIDValue':
        return value.toString();
      case 'DuckDBStructValue':
        return mapped(value.entries, plain);
    }
    throw new Error(`a value of ${value.constructor.name}`);
  };
  return reader.getRowObjects().map(row => mapped(row, plain));
}

// ---------------------------------------------------------------- hyparquet

async function readWithHyparquet(file) {
  const { asyncBufferFromFile, parquetReadObjects } =
      await load('hyparquet/src/node.js');
  const { compressors } =
      await load('hyparquet-compressors/src/index.js');
  const plain = value => {
    if (value === null || value === undefined) return null;
    if (value instanceof Date) return { ms: value.getTime() };
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'object') return mapped(value, plain);
    return value;
  };
  const rows = await parquetReadObjects(
      { file: await asyncBufferFromFile(file), compressors });
  return rows.map(row => mapped(row, plain));
}

// ------------------------------------------- parquet-wasm, with Apache Arrow

function readWithWasm(file) {
  const { readParquet } = require('parquet-wasm/node');
  const { tableFromIPC, DataType } = require('apache-arrow');
  const table = tableFromIPC(
      readParquet(new Uint8Array(fs.readFileSync(file))).intoIPCStream());
  const plain = (value, type) => {
    if (value === null) return null;
    if (DataType.isTimestamp(type)) return { ms: Number(value) };
    if (DataType.isFixedSizeBinary(type)) return guidOf(value);
    if (DataType.isStruct(type)) return ofFields(value, type.children);
    return typeof value === 'bigint' ? Number(value) : value;
  };
  const ofFields = (row, fields) => Object.fromEntries(
      fields.map(field => [field.name, plain(row[field.name], field.type)]));
  return table.toArray().map(row => ofFields(row, table.schema.fields));
}

// ----------------------------------------------------------------------------

function mapped(object, plain) {
  return Object.fromEntries(Object.entries(object).map(
      ([name, value]) => [name, plain(value)]));
}

const READERS = {
  duckdb: readWithDuckDb,
  hyparquet: readWithHyparquet,
  wasm: readWithWasm,
};

async function answerAll() {
  for await (const line of
             require('readline').createInterface({ input: process.stdin })) {
    const [reader, ...rest] = JSON.parse(line);
    const answer = await Promise.resolve().then(
        () => READERS[reader](...rest)).then(
            rows => ({ rows }), error => ({ error: error.stack }));
    console.log(JSON.stringify(answer));
  }
}

answerAll();
