// Reads requests in OTLP's JSON with OpenTelemetry's own definitions. Each input
// line is a request. Answers with a line: the request as it is after a way
// through protobuf, without what the definitions do not know.
//
//   NODE_PATH=.../node_modules node otlp_read.js

const root =
    require('@opentelemetry/otlp-transformer/build/src/generated/root');
const Request =
    root.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;

require('readline').createInterface({ input: process.stdin }).on('line', line => {
  const bytes = Request.encode(Request.fromObject(JSON.parse(line))).finish();
  console.log(JSON.stringify(
      Request.toObject(Request.decode(bytes), { longs: String })));
});
