// Reads a queue of an AMQP 1.0 broker with rhea.
//
//   NODE_PATH=.../node_modules node amqp_read.js PORT ADDRESS make|wait|FILE
//
// make: makes the queue, if there is none. wait: until there is a message, which
// is left there. Otherwise the body of each message is appended to FILE as a
// line, and their number is printed.

const fs = require('fs');
const rhea = require('rhea');

const [port, address, what] = process.argv.slice(2);
const isRead = what !== 'make' && what !== 'wait';
const file = isRead && fs.openSync(what, 'a');
// A message of our own, sent when the others are there: it is the last one.
// RabbitMQ 3.10 cannot drain a link.
const kEnd = `end ${process.pid} ${Date.now()}`;
// Under load, a reader once waited for more than a minute: a new connection reads
// on then. It may send the message a second time, for which no one waits.
const kStalledMs = 10000;
let count = 0;

function finish() {
  console.log(count);
  process.exit(0);
}

function read() {
  const connection = rhea.create_container().connect(
      { host: '127.0.0.1', port: Number(port), reconnect: false });
  const stalled = isRead ? setTimeout(() => {
    connection.removeAllListeners();
    connection.socket.destroy();
    read();
  }, kStalledMs) : undefined;
  connection.open_receiver({
    source: { address, durable: 2, expiry_policy: 'never' },
    credit_window: isRead ? 500 : 0, autoaccept: false,
  });
  connection.once('receiver_open', context => {
    if (what === 'make') return connection.close();
    if (what === 'wait') return context.receiver.add_credit(1);
    connection.open_sender({ target: { address } });
    connection.once('sendable', ({ sender }) => sender.send({ body: kEnd }));
  });
  connection.on('message', ({ message, delivery, session }) => {
    if (what === 'wait') {
      delivery.release();
      return connection.close();
    }
    stalled.refresh();
    delivery.accept();
    // RabbitMQ ends the session after what was accepted in it; a connection that
    // is closed at once may leave messages in the queue.
    if (message.body === kEnd) return session.close();
    if (typeof message.body === 'string') return;
    fs.writeSync(file, `${message.body.content}\n`);
    count += 1;
  });
  connection.once('session_close', () => connection.close());
  connection.on('connection_close', finish);
}

read();
