import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { parseTraceParent, toChildSpanId, toSpanId, toTraceId } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test('a traceparent names the trace, the span and whether it is sampled', () => {
  expect(parseTraceParent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true });
  expect(parseTraceParent(` 00-${TRACE}-${SPAN}-00 `)).toMatchObject({ sampled: false });
  expect(parseTraceParent(`cc-${TRACE}-${SPAN}-03-what-will-come`)).toMatchObject({ sampled: true });
});

test.each([
  null,
  '',
  'nonsense',
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
])('%p is no traceparent', (header) => {
  expect(parseTraceParent(header)).toBeNull();
});

test('reading a header never throws, and gives ids that are ids', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (header) => {
      const parent = parseTraceParent(header);
      if (parent !== null) expect(`${parent.traceId}-${parent.spanId}`).toMatch(/^[0-9a-f]{32}-[0-9a-f]{16}$/);
    }),
  );
});

test('a request is its own trace, and its spans are ids that differ', () => {
  fc.assert(
    fc.property(fc.uuid({ version: 7 }), (requestId) => {
      const spanId = toSpanId(requestId);
      const ids = [spanId, ...Array.from({ length: 50 }, (_, index) => toChildSpanId(spanId, index))];
      expect(toTraceId(requestId)).toMatch(/^[0-9a-f]{32}$/);
      expect(ids.every((id) => /^(?!0+$)[0-9a-f]{16}$/.test(id))).toBe(true);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
