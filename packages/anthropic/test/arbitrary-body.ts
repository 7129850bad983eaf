import * as fc from 'fast-check';

/** Text with everything that can mislead a scan of bytes. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[\\"{}[\],: a_]{0,30}$/),
  fc.constantFrom(
    '","cache_control":{"type":"ephemeral"}',
    '\\","cache_control":{},"',
    'cache_control',
    '"cache_control":',
    '\\',
    '潮🚢\ud83d',
  ),
);

const space = fc.constantFrom('', '', '', ' ', '\n  ', '\t', '\r\n');

/** JSON text written the way nobody writes it: spaces anywhere, escapes instead of letters. */
function written(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, value, space).map(([before, json, after]) => before + json + after);
}

const jsonString = fc.tuple(text, fc.boolean()).map(([value, escaped]) => {
  const json = JSON.stringify(value);
  return escaped ? json.replace(/[a-z](?=[^\\]*"$)/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`) : json;
});

const marker = fc.constantFrom(
  '"cache_control":{"type":"ephemeral"}',
  '"cache_control" : { "type":"ephemeral", "ttl":"1h" }',
  '"cache_control":null',
  '"cache_control":{}',
  '"cache_control":"text"',
);

const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    written(jsonString),
    written(fc.constantFrom('0', '-1.5e+300', 'true', 'false', 'null', '12345678901234567890')),
    tie('array'),
    tie('object'),
  ),
  array: fc.array(tie('value'), { maxLength: 4 }).map((elements) => `[${elements.join(',')}]`),
  object: fc
    .array(
      fc.oneof(
        marker,
        fc.tuple(written(jsonString), tie('value')).map(([key, json]) => `${key}:${json}`),
      ),
      {
        maxLength: 5,
      },
    )
    .map((members) => `{${members.join(',')}}`),
}));

function member(name: string, json: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, space, json).map(([before, after, body]) => `${before}"${name}"${after}:${body}`);
}

const list = fc.array(value, { maxLength: 5 }).map((elements) => `[${elements.join(',')}]`);
const oneElement = fc.tuple(value, list).map(([first]) => `[${first}]`);

const members: fc.Arbitrary<string>[] = [
  member('model', jsonString),
  member('stream', fc.constantFrom('true', 'false')),
  member(
    'metadata',
    jsonString.map((id) => `{"user_id":${id}}`),
  ),
  member('messages', fc.oneof(list, oneElement)),
  member('system', fc.oneof(list, jsonString)),
  member('tools', list),
  member('other', value),
];

/** A body that is valid JSON: some of the known members in any order, some twice, and one list that is not empty. */
export const arbitraryBody: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.oneof(...members), { maxLength: 9 }), member('messages', oneElement), space, space)
  .map(([some, messages, before, after]) => `${before}{${[...some, messages].join(',')}}${after}`);
