import { createRecordWriter } from '../src/index.ts';
import { buildBody, buildRecord } from './record.ts';

/**
 * A process that records and is killed: arguments are the spool folder, the connection as JSON (or `null`), and how
 * many records. Prints `kept` once all of them are on disk, and then stays.
 */
const [, , spoolDir = '', connection = 'null', count = '0'] = Bun.argv;
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const writer = createRecordWriter({
  spoolDir,
  connection: JSON.parse(connection),
  prepared: true,
  limits: { memoryBytesMax: 32 * 1024 * 1024, spoolBytesMax: 256 * 1024 * 1024 },
  clock: Date.now,
  newId: () => crypto.randomUUID(),
  log: silent,
});
for (let serial = 1; serial <= Number(count); serial += 1) {
  writer.append(buildRecord(serial, {}, { requestBody: buildBody([`message ${serial}`]) }));
}
await writer.flush();
console.log('kept');
setInterval(() => {}, 1_000);
