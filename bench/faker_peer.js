// Writes records with the fields of the operational log, made with the generator
// faker: random values that know nothing of each other.
//
//   node faker_peer.js NODE_MODULES RECORDS >records.jsonl
'use strict';

const path = require('path');
const {pathToFileURL} = require('url');

const OPERATIONS = ['AnswerCall', 'CreateCall', 'Play', 'Recognize', 'HangUpCall'];
const STATUSES = [200, 201, 202, 204, 404, 429, 500];

async function main() {
  const [modules, count] = process.argv.slice(2);
  const {faker} = await import(pathToFileURL(
    path.resolve(modules, '@faker-js/faker/dist/index.js')));
  faker.seed(1);
  const record = () => ({
    time: faker.date.recent().toISOString(),
    resourceId: '/SUBSCRIPTIONS/' + faker.string.uuid().toUpperCase(),
    category: 'CallAutomationOperational',
    operationName: faker.helpers.arrayElement(OPERATIONS),
    operationVersion: '2023-03-06',
    resultType: 'Succeeded',
    resultSignature: faker.helpers.arrayElement(STATUSES),
    durationMs: faker.number.int({min: 10, max: 2000}),
    callerIpAddress: faker.internet.ipv4(),
    correlationId: faker.string.uuid(),
    level: 'Informational',
    properties: {
      operationId: faker.string.uuid(),
      callConnectionId: faker.string.uuid(),
      serverCallId: faker.string.alphanumeric(200),
      sdkType: 'Dotnet',
      sdkVersion: faker.system.semver(),
      subOperationName: '',
    },
  });
  const lines = [];
  for (let i = 0; i < Number(count); ++i) {
    lines.push(JSON.stringify(record()));
    if (lines.length === 1000) {
      process.stdout.write(lines.join('\n') + '\n');
      lines.length = 0;
    }
  }
  if (lines.length > 0) process.stdout.write(lines.join('\n') + '\n');
}

main();
