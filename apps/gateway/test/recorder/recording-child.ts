import { createSilentLogger } from '@nexus/telemetry';
import { createRecorder } from '../../src/recorder/create-recorder.ts';
import {
  createAnswerEvents,
  createExchangeRecord,
  createRequestBody,
} from '../../src/recorder/test/exchange-record.ts';
import { LIMITS, NOWHERE, recordWhole } from './recorder-desk.ts';

/**
 * A process that records into the spool folder it is given until it is killed: `count` exchanges that ended, and one
 * that is still open. Prints one JSON line when the worker has all of them and the open one is journalled.
 */
const [spoolDir = '', count = '0'] = process.argv.slice(2);
const recorder = createRecorder({
  spoolDir,
  connection: NOWHERE,
  prepared: true,
  limits: LIMITS,
  log: createSilentLogger(),
});

let recorded = 0;
recorder.onRecorded(() => {
  recorded += 1;
});
const open = createExchangeRecord({ outcome: 'interrupted', status: null, responseHeaders: [] });
recorder.begin(open.requestId, () => open, createRequestBody('still open'));
recorder.keepPiece(open.requestId, createAnswerEvents().slice(0, 300), 500);
const ended: string[] = [];
for (let index = 0; index < Number(count); index += 1) {
  const record = createExchangeRecord({ affinityKey: `conversation ${index % 7}` });
  recordWhole(recorder, record, { request: createRequestBody(`question ${index}`), response: createAnswerEvents() });
  ended.push(record.requestId);
}
setInterval(() => {
  if (recorded < ended.length || !isJournalled()) return;
  console.log(JSON.stringify({ open: open.requestId, ended }));
  recorded = -1;
}, 50);

/** On a busy machine the worker begins late, and journals a second after that. */
function isJournalled(): boolean {
  const [path] = new Bun.Glob(`**/${open.requestId}.journal`).scanSync({ cwd: spoolDir, absolute: true });
  return path !== undefined && Bun.file(path).size > 300;
}
