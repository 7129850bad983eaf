import { joinBody } from '@nexus/anthropic';
import { RequestSummary } from '@nexus/contract';
import type { RecordedRequest } from '@nexus/core';
import { z } from 'zod';

const Bytes = z.union([z.object({ text: z.string() }), z.object({ base64: z.string() })]);
const Pairs = z.array(z.tuple([z.string(), z.string()]));
const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('conversation'), format: z.literal(1) }),
  z.object({ type: z.literal('end'), requestCount: z.int() }),
  z.object({ type: z.literal('slice'), number: z.int(), text: z.string().optional(), base64: z.string().optional() }),
  z.object({
    type: z.literal('request'),
    request: RequestSummary,
    phases: z.record(z.string(), z.object({ startUs: z.number(), endUs: z.number() })),
    requestHeaders: Pairs,
    requestBody: z
      .union([z.object({ skeleton: z.string(), slices: z.array(z.tuple([z.int(), z.int()])) }), Bytes])
      .nullable(),
    responseHeaders: Pairs,
    responseBody: Bytes.nullable(),
    responseEncoding: z.string().nullable(),
    responseTimings: z.array(z.tuple([z.number(), z.number()])),
  }),
]);

type RequestLine = Extract<z.infer<typeof Line>, { type: 'request' }>;

/** The recorded exchanges in an export of a conversation, ready to be written again. */
export function readExport(jsonl: Uint8Array): readonly RecordedRequest[] {
  const slices = new Map<number, Uint8Array>();
  const records: RecordedRequest[] = [];
  for (const text of new TextDecoder().decode(jsonl).trimEnd().split('\n')) {
    const line = Line.parse(JSON.parse(text));
    if (line.type === 'slice') slices.set(line.number, toBytes({ text: line.text ?? '', base64: line.base64 }));
    if (line.type === 'request') records.push(toRecord(line, slices));
  }
  return records;
}

function toRecord(line: RequestLine, slices: ReadonlyMap<number, Uint8Array>): RecordedRequest {
  const {
    startedAt,
    branch: _b,
    relation: _r,
    parentRequestId: _p,
    linkSource: _s,
    linkBecause: _w,
    ...facts
  } = line.request;
  return {
    facts: { ...facts, startedAtMs: Date.parse(startedAt) },
    payload: {
      phases: line.phases,
      requestHeaders: line.requestHeaders,
      requestBody: toRequestBody(line.requestBody, slices),
      responseHeaders: line.responseHeaders,
      responseBody: line.responseBody === null ? null : toBytes(line.responseBody),
      responseEncoding: line.responseEncoding,
      responseTimings: line.responseTimings,
    },
  };
}

function toRequestBody(body: RequestLine['requestBody'], slices: ReadonlyMap<number, Uint8Array>): Uint8Array | null {
  if (body === null || !('skeleton' in body)) return body === null ? null : toBytes(body);
  return joinBody({
    skeleton: Buffer.from(body.skeleton, 'base64'),
    slices: body.slices.flatMap(([first, count]) =>
      Array.from({ length: count }, (_, index) => {
        const bytes = slices.get(first + index);
        if (bytes === undefined) throw new Error(`the export misses slice ${first + index}`);
        return { bytes };
      }),
    ),
  });
}

function toBytes(field: { readonly text?: string | undefined; readonly base64?: string | undefined }): Uint8Array {
  return field.base64 === undefined ? Buffer.from(field.text ?? '') : Buffer.from(field.base64, 'base64');
}
