import { expect, test } from 'bun:test';
import { buildFacts } from '../../test/api/records.ts';
import { createExchangeRecord } from './test/exchange-record.ts';
import { createNewsDesk } from './worker-news.ts';

const NOBODY = { recorded: false, written: false };
const LOG_SHAPE = { level: 'info', format: 'json' } as const;

test('facts are told from the moment somebody wants them, and until then it is said that some were not', () => {
  const desk = createNewsDesk({ wanted: NOBODY, logShape: LOG_SHAPE, isTraced: false });
  desk.recorded(buildFacts());
  desk.written({ requests: [], relinked: [] });
  expect(desk.take()).toMatchObject({ recorded: [], written: [], isUntold: true });
  desk.want({ recorded: true, written: true });
  const facts = buildFacts();
  desk.recorded(facts);
  desk.written({ requests: [], relinked: [] });
  const { recorded, written, isUntold } = desk.take();
  expect([recorded.map((text) => JSON.parse(text)), written.length, isUntold]).toEqual([[facts], 1, false]);
});

test('each exchange that ended is one finished line, with what only the parsed answer tells', () => {
  const desk = createNewsDesk({ wanted: NOBODY, logShape: LOG_SHAPE, isTraced: false });
  const record = createExchangeRecord({ path: '/v1/messages?key=sk-ant-api03-abcdefghijklmnop' });
  desk.ended(record, buildFacts({ outcome: 'cut' }));
  const { lines } = desk.take();
  expect(lines.endsWith('\n')).toBe(true);
  expect(JSON.parse(lines)).toMatchObject({ message: 'exchange', requestId: record.requestId, outcome: 'cut' });
  expect(lines).not.toContain('abcdefghijklmnop');
  expect(desk.take().lines).toBe('');
});
