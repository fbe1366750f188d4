// Uploads records with Microsoft's client of the Logs Ingestion API. Each input
// line has the client's arguments: [endpoint, rule, stream, records].
//
//   NODE_PATH=.../node_modules node ingestion_upload.js TOKEN

const { LogsIngestionClient } = require('@azure/monitor-ingestion');

const credential = {
  getToken: async () =>
      ({ token: process.argv[2], expiresOnTimestamp: Date.now() + 3600e3 }),
};

require('readline').createInterface({ input: process.stdin }).on(
    'line', async line => {
      const [endpoint, ...upload] = JSON.parse(line);
      const client = new LogsIngestionClient(endpoint, credential);
      await client.upload(...upload);
      console.log('{}');
    });
