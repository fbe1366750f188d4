// Azure's own parser of callback events. Reads the body of a request from each
// line, as JSON, and answers with a line: the kind of the event, and the
// members that the types of the package declare and the event does not have.
//
//   NODE_PATH=.../node_modules node events_parse.js

const fs = require('fs');
const path = require('path');
const { parseCallAutomationEvent } =
    require('@azure/communication-call-automation');

const main = require.resolve('@azure/communication-call-automation');
const declarations = fs.readFileSync(
    path.join(main.split(`${path.sep}dist${path.sep}`)[0],
              'dist/esm/generated/src/models/index.d.ts'), 'utf8');

// The members of each interface and their types, by its name.
const interfaces = new Map(
    [...declarations.matchAll(/^export interface (\w+) {\n([^}]*)}/gm)].map(
        ([, name, body]) => [name, [...body.matchAll(
            /^ {4}(?:readonly )?(\w+)\??: ([\w\[\]]+);$/gm)].map(
            each => [each[1], each[2]])]));

function missing(value, type, place) {
  if (type.endsWith('[]')) {
    return value.flatMap(
        each => missing(each, type.slice(0, -2), `${place}[]`));
  }
  // The parser replaces these by a type of its own.
  if (type === 'CommunicationIdentifierModel') {
    return 'id' in value ? [`${place}: of no known kind`] : [];
  }
  return (interfaces.get(type) || []).flatMap(
      ([name, of]) => value[name] === undefined ?
          [`${place}.${name}`] :
          missing(value[name], of, `${place}.${name}`));
}

function parse(body) {
  const event = parseCallAutomationEvent(body);
  if (!interfaces.has(event.kind)) throw new Error(`no type ${event.kind}`);
  return { kind: event.kind, missing: missing(event, event.kind, '') };
}

require('readline').createInterface({ input: process.stdin }).on(
    'line', line => {
      let answer;
      try {
        answer = parse(JSON.parse(line));
      } catch (error) {
        answer = { error: String(error) };
      }
      console.log(JSON.stringify(answer));
    });
