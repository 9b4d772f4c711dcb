// node client.cjs URL TRANSPORT TILE LAST_SEQ: hears a tile until LAST_SEQ and prints what it saw as JSON.
const EventBus = require('@vertx/eventbus-bridge-client.js');

const [url, transport, tile, last] = process.argv.slice(2);
const DEADLINE_MILLIS = 60_000;
const waiting = [];
const warnings = [];
const result = { transport, snapshotSeq: -1, seq: -1, gaps: 0, title: '', refused: null, warnings };

console.warn = (...words) => warnings.push(words.map(String).join(' '));
console.error = (...words) => warnings.push(words.map(String).join(' '));
setTimeout(() => end(1), DEADLINE_MILLIS).unref();

const bus = new EventBus(url, { transports: [transport], vertxbus_ping_interval: 500 });

bus.onopen = () => {
  bus.registerHandler('user.0190c2d0-0000-7000-8000-000000000000.x', {}, error => { result.refused = error; });
  bus.registerHandler(`pins.${tile}`, {}, (error, message) => {
    if (error) return warnings.push(JSON.stringify(error));
    if (result.snapshotSeq < 0) waiting.push(message.body);
    else apply(message.body);
  });
  process.stdout.write('SUBSCRIBED\n');
  // Later than the first changes, so that they have to wait for it.
  setTimeout(() => bus.send('pins.snapshot', { tiles: [tile] }, {}, (error, message) => {
    if (error) return warnings.push(JSON.stringify(error));
    const snapshot = message.body.tiles[0];
    result.snapshotSeq = result.seq = snapshot.seq;
    waiting.forEach(apply);
    process.stdout.write('SYNCHRONISED\n');
  }), 100);
};

function apply(change) {
  if (change.seq <= result.seq) return;
  if (change.seq !== result.seq + 1) result.gaps++;
  result.seq = change.seq;
  result.title = change.pins[0].title;
  finish();
}

function finish() {
  // A ping or two more, so that an answer which the client does not know would be seen.
  if (result.seq >= Number(last)) setTimeout(() => end(0), 1_200);
}

let ended = false;
function end(code) {
  if (ended) return;
  ended = true;
  process.stdout.write(JSON.stringify(result) + '\n', () => process.exit(code));
}
