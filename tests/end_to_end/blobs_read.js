// Reads a storage account with Microsoft's client. Each input line is
// [endpoint, account, key]; the answer has, by container, the name, the type and
// the size of each blob as listed, and the SHA-256 of its content as downloaded.
//
//   NODE_PATH=.../node_modules node blobs_read.js

const crypto = require('crypto');
const {BlobServiceClient, StorageSharedKeyCredential} =
    require('@azure/storage-blob');

async function read(endpoint, account, key) {
  const service = new BlobServiceClient(
      endpoint, new StorageSharedKeyCredential(account, key));
  const found = {};
  for await (const {name} of service.listContainers()) {
    const container = service.getContainerClient(name);
    found[name] = [];
    for await (const {name: blob, properties} of container.listBlobsFlat()) {
      const content = await container.getBlobClient(blob).downloadToBuffer();
      found[name].push({
        name: blob,
        type: properties.blobType,
        bytes: properties.contentLength,
        sha256: crypto.createHash('sha256').update(content).digest('hex'),
      });
    }
  }
  return found;
}

require('readline').createInterface({input: process.stdin}).on(
    'line',
    async line => console.log(JSON.stringify(await read(...JSON.parse(line)))));
