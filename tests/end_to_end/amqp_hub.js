// A receiver of AMQP 1.0, made with rhea, that behaves as a test wants it.
//
//   NODE_PATH=.../node_modules node amqp_hub.js FILE OPTIONS
//
// Appends the body of each accepted message to FILE as a line. Writes its port
// as the first line of its output, then its counts for each line of its input.
// OPTIONS is a JSON object; all members may be left out:
//
//   port         its port, 0 for any
//   credit       credit that is granted at a time (500); 0 for none
//   stall        from this message on, nothing is answered
//   reject       every n-th message is rejected, with `condition`
//   release      every n-th message is released the first time it comes
//   modify       the same, with the outcome `modified`
//   unsettle     every n-th message is settled without an outcome
//   close        the socket is destroyed after this number of messages, the
//                last five of them without an outcome; once
//   force        the same, but the connection is closed with a condition
//   max          limit on the size of a message
//   refuse       condition with which links are refused
//   plain        user and password of SASL PLAIN
//   cbs          name and key of a policy whose tokens are demanded
//   cert, key    files for TLS; with `ca`, a client certificate is demanded
//   idle         time in ms after which a silent connection is lost
//   quiet        nothing is written to FILE

const crypto = require('crypto');
const fs = require('fs');
const rhea = require('rhea');

const options = JSON.parse(process.argv[3]);
const file = options.quiet ? -1 : fs.openSync(process.argv[2], 'a');
const counts = {
  messages: 0, bytes: 0, accepted: 0, rejected: 0, released: 0, modified: 0,
  unsettled: 0, connections: 0, tokens: 0, bad_tokens: 0, over_credit: 0,
  largest: 0, addresses: {}, samples: [],
};
const returned = new Set();  // messages that were released or modified
let broken = false;
let written = [];

// Messages are written together, which is faster.
function flush() {
  if (written.length && file >= 0) fs.writeSync(file, written.join(''));
  written = [];
}

function granted(token) {
  const match = /^SharedAccessSignature (.*)$/.exec(token);
  if (!match) return false;
  const parts = {};
  for (const part of match[1].split('&')) {
    const at = part.indexOf('=');
    parts[part.substr(0, at)] = part.substr(at + 1);
  }
  const sig = crypto.createHmac('sha256', options.cbs[1])
      .update(`${parts.sr}\n${parts.se}`).digest('base64');
  return decodeURIComponent(parts.sig) === sig &&
      decodeURIComponent(parts.skn) === options.cbs[0] &&
      decodeURIComponent(parts.sr).startsWith('sb://') &&
      Number(parts.se) * 1000 > Date.now();
}

function answerToken(context) {
  const request = context.message;
  const good = request.application_properties.operation === 'put-token' &&
      request.application_properties.type === 'servicebus.windows.net:sastoken' &&
      granted(request.body);
  counts[good ? 'tokens' : 'bad_tokens'] += 1;
  context.connection.granted = good;
  context.delivery.accept();
  context.connection.cbs.send({
    correlation_id: request.message_id,
    application_properties: {
      'status-code': good ? 202 : 401,
      // As careless as a service can be.
      'status-description': good ? 'Accepted' : `InvalidSignature: ${request.body}`,
    },
    body: null,
  });
}

// What a test compares of a message.
function described(message) {
  return {
    typecode: message.body && message.body.typecode,
    text: message.body && message.body.content.toString(),
    durable: message.durable === true,
    annotations: message.message_annotations || {},
    properties: message.application_properties || {},
    content_type: message.content_type === undefined ? null : message.content_type,
  };
}

function take(context) {
  const { receiver, delivery, connection } = context;
  if (receiver.target.address === '$cbs') return answerToken(context);
  // Azure's client sends several events as one message of this format.
  const events = context.format === 0x80013700 ?
      [].concat(rhea.message.decode(context.message).body.content)
          .map(each => rhea.message.decode(each)) :
      [context.message];
  counts.messages += 1;
  receiver.credit_left -= 1;
  if (receiver.credit_left < 0) counts.over_credit += 1;
  for (const event of events) {
    const body = event.body.content;
    counts.bytes += body.length;
    counts.largest = Math.max(counts.largest, body.length);
    if (counts.samples.length < 5) counts.samples.push(described(event));
  }
  if (options.stall && counts.messages >= options.stall) return;
  // rhea may combine an outcome with a different one before it, so each kind is
  // written before the next one.
  const { session } = receiver;
  session.incoming.process(session);
  const nth = n => n && counts.messages % n === 0;
  const text = file >= 0 ? events[0].body.content.toString() : '';
  const grant = () => {
    receiver.credit_left += 1;
    receiver.add_credit(1);
  };
  const first = () => !returned.has(text) && returned.add(text);
  if (nth(options.reject)) {
    counts.rejected += 1;
    delivery.reject({ condition: options.condition || 'amqp:not-allowed',
                      description: 'not wanted here' });
  } else if (nth(options.release) && first()) {
    counts.released += 1;
    delivery.release();
  } else if (nth(options.modify) && first()) {
    counts.modified += 1;
    delivery.modified({ delivery_failed: true });
  } else if (nth(options.unsettle) && first()) {
    counts.unsettled += 1;
    delivery.update(true);
  } else {
    counts.accepted += 1;
    if (file >= 0) {
      for (const event of events) written.push(`${event.body.content}\n`);
    }
    const limit = options.close || options.force;
    if (limit && !broken && counts.messages > limit - 5) {
      counts.accepted -= 1;
      if (counts.messages < limit) return;
      broken = true;
      flush();
      if (options.close) return connection.socket.destroy();
      return connection.close({ condition: 'amqp:connection:forced',
                                description: 'maintenance' });
    }
    delivery.accept();
  }
  grant();
}

const container = rhea.create_container({ id: 'hub' });
if (options.plain) {
  container.sasl_server_mechanisms.enable_plain(
      (user, password) => user === options.plain[0] && password === options.plain[1]);
} else {
  container.sasl_server_mechanisms.enable_anonymous();
}
container.on('connection_open', context => {
  counts.connections += 1;
  context.connection.socket.setNoDelay(true);
  context.connection.granted = !options.cbs;
});
container.on('receiver_open', context => {
  const { receiver, connection } = context;
  const address = receiver.target.address;
  if (address === '$cbs') {
    receiver.set_target({ address });
    receiver.add_credit(10);
    return;
  }
  counts.addresses[address] = (counts.addresses[address] || 0) + 1;
  if (!connection.granted || options.refuse) {
    const condition = options.refuse || 'amqp:unauthorized-access';
    return receiver.close({ condition, description: 'no such luck' });
  }
  receiver.set_target({ address });
  const credit = options.credit === undefined ? 500 : options.credit;
  receiver.credit_left = credit;
  if (credit) receiver.add_credit(credit);
});
container.on('sender_open', context => {
  const { address } = context.sender.source;
  context.sender.set_source({ address });
  if (address === '$cbs') context.connection.cbs = context.sender;
});
container.on('message', take);
for (const name of ['connection_error', 'session_error', 'receiver_error',
                    'sender_error', 'disconnected', 'error']) {
  container.on(name, context => {
    if (context instanceof Error) console.error(context);
  });
}
process.on('uncaughtException', error => console.error(error));

const tls = options.cert ? {
  transport: 'tls', cert: fs.readFileSync(options.cert),
  key: fs.readFileSync(options.key),
  ...(options.ca ? { ca: fs.readFileSync(options.ca), requestCert: true,
                     rejectUnauthorized: true } : {}),
} : {};
const server = container.listen({
  host: '127.0.0.1', port: options.port || 0, max_frame_size: 65536,
  idle_time_out: options.idle,
  receiver_options: { credit_window: 0, autoaccept: false,
                      max_message_size: options.max },
  ...tls,
});
server.on('listening', () => console.log(server.address().port));
setInterval(flush, 5).unref();
require('readline').createInterface({ input: process.stdin })
    .on('line', () => { flush(); console.log(JSON.stringify(counts)); })
    .on('close', () => { flush(); process.exit(0); });
