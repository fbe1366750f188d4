// Sends events with Azure's own client to a hub on this machine.
//
//   NODE_PATH=.../node_modules node amqp_azure.js CONNECTION_STRING
//
// Each line of the input is a JSON list of the text of an event and its
// partition key, or null. Prints their number when the hub has accepted all.

const { EventHubProducerClient } = require('@azure/event-hubs');

async function main() {
  const client = new EventHubProducerClient(process.argv[2], 'hub');
  const lines = require('fs').readFileSync(0, 'utf8').trim().split('\n');
  for (const line of lines) {
    const [text, key] = JSON.parse(line);
    const batch = await client.createBatch(key === null ? {} : { partitionKey: key });
    if (!batch.tryAdd({ body: Buffer.from(text) })) throw Error('too large');
    await client.sendBatch(batch);
  }
  await client.close();
  console.log(lines.length);
}

main();
