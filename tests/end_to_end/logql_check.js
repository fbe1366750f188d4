// Parses LogQL with Grafana's grammar. Each input line is a query as JSON.
// Answers with a line: the parts of the query that the grammar does not know.
//
//   NODE_PATH=.../node_modules node logql_check.js

const { parser } = require('@grafana/lezer-logql');

function check(query) {
  const unknown = [];
  parser.parse(query).iterate({
    enter: node => {
      if (node.type.isError) unknown.push(query.slice(node.from));
    },
  });
  return unknown;
}

require('readline').createInterface({ input: process.stdin }).on(
    'line', line => console.log(JSON.stringify(check(JSON.parse(line)))));
