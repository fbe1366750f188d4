// Checks Jobs of Kubernetes against its schemas. Each input line is a Job as
// JSON. Answers with a line: the problem, or an empty string.
//
//   NODE_PATH=.../node_modules node kubernetes_check.js

const { Job } = require('kubernetes-models/batch/v1');

function check(text) {
  try {
    new Job(JSON.parse(text)).validate();
    return '';
  } catch (error) {
    return error.message;
  }
}

require('readline').createInterface({ input: process.stdin }).on(
    'line', line => console.log(JSON.stringify(check(line))));
