type JsonObject = Readonly<Record<string, unknown>>;

/** One content block on its way: what `content_block_start` gave, and the deltas that came for it. */
export interface BlockAssembler {
  add(delta: JsonObject): void;
  stop(): void;
  finish(): JsonObject;
}

export function createBlockAssembler(start: JsonObject): BlockAssembler {
  /** Text by the block's field that it extends; tool input has a field of its own until it can be parsed. */
  const texts = new Map<string, string>();
  const citations: unknown[] = [];
  const replaced: Record<string, unknown> = {};
  const unknownDeltas: JsonObject[] = [];
  let stopped = false;

  function append(field: string, text: unknown): void {
    if (typeof text === 'string') texts.set(field, (texts.get(field) ?? '') + text);
  }

  return {
    add(delta) {
      switch (delta['type']) {
        case 'text_delta':
          append('text', delta['text']);
          return;
        case 'thinking_delta':
          append('thinking', delta['thinking']);
          return;
        case 'input_json_delta':
          append('input', delta['partial_json']);
          return;
        case 'compaction_delta':
          append('content', delta['content']);
          if (typeof delta['encrypted_content'] === 'string')
            replaced['encrypted_content'] = delta['encrypted_content'];
          return;
        case 'signature_delta':
          replaced['signature'] = delta['signature'];
          return;
        case 'citations_delta':
          citations.push(delta['citation']);
          return;
        default:
          unknownDeltas.push(delta);
      }
    },
    stop() {
      stopped = true;
    },
    finish: () => ({
      ...start,
      ...extendTexts(start, texts),
      ...replaced,
      ...(citations.length > 0 ? { citations: [...listOf(start['citations']), ...citations] } : {}),
      ...(unknownDeltas.length > 0 ? { deltas: unknownDeltas } : {}),
      ...(stopped ? {} : { incomplete: true }),
    }),
  };
}

function extendTexts(start: JsonObject, texts: ReadonlyMap<string, string>): JsonObject {
  const extended = [...texts].map(([field, text]): JsonObject => {
    if (field === 'input') return toInput(start['input'], text);
    const before = start[field];
    return { [field]: (typeof before === 'string' ? before : '') + text };
  });
  return Object.assign({}, ...extended);
}

/** Tool input comes as pieces of JSON text; pieces that do not amount to JSON are shown as they are. */
function toInput(start: unknown, json: string): JsonObject {
  if (json === '') return start === undefined ? {} : { input: start };
  try {
    const input: unknown = JSON.parse(json);
    return { input };
  } catch {
    return { partial_json: json };
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
