import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { chooseFormat } from './choose-format.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const DRAFT = 'application/openmetrics-text; version=0.0.1; charset=utf-8';

/** What Prometheus 2 and 3 send. */
const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,' +
  'text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

test.each([
  [null, TEXT],
  ['', TEXT],
  ['*/*', TEXT],
  ['text/*', TEXT],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', TEXT],
  [PROMETHEUS_2, OPEN],
  [PROMETHEUS_3, OPEN],
  ['application/openmetrics-text', OPEN],
  ['Application/OpenMetrics-Text; Version="1.0.0"', OPEN],
  ['application/openmetrics-text;version=0.0.1,text/plain;q=0.5', DRAFT],
  ['application/openmetrics-text;version=2.0.0,text/plain;version=0.0.4;q=0.5', TEXT],
  ['application/openmetrics-text;q=0.1, text/plain;q=0.2', TEXT],
  ['application/openmetrics-text;q=0, */*', TEXT],
  ['application/openmetrics-text, text/plain', OPEN],
  ['application/*;q=0.9, text/plain;q=0.1', OPEN],
  ['application/openmetrics-text;q=nonsense', OPEN],
  ['text/plain;version=1.0.0', TEXT],
  ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited', TEXT],
])('%p is answered with %p', (accept, mediaType) => {
  expect(chooseFormat(accept).mediaType).toBe(mediaType);
});

test('whatever a caller writes there, it gets a page', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (accept) => {
      expect([TEXT, OPEN, DRAFT]).toContain(chooseFormat(accept).mediaType);
    }),
  );
});
