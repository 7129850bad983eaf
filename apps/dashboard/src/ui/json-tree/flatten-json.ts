/** One line of a JSON tree. `path` names the place and is stable while the tree opens and closes. */
export interface JsonLine {
  readonly path: string;
  readonly depth: number;
  /** Member name, index, or a range of indexes; empty for the root. */
  readonly name: string;
  readonly kind: 'object' | 'array' | 'range' | 'text' | 'number' | 'boolean' | 'null';
  /** What is left of a leaf in one line; for a container how much is in it. */
  readonly summary: string;
  readonly open: boolean;
}

/** Children of a container shown at once; a longer one opens in ranges of this many. */
export const CHILDREN_MAX = 200;
/** Characters of a text that one line shows. */
const TEXT_MAX = 400;

interface Node {
  readonly path: string;
  readonly depth: number;
  readonly name: string;
  readonly value: unknown;
  /** Set for a range of an array's children. */
  readonly range: readonly [from: number, to: number] | null;
}

/** The lines of `root` that are to be seen while the containers in `open` are open. Closed ones cost nothing, whatever their size. */
export function flattenJson(root: unknown, open: ReadonlySet<string>): readonly JsonLine[] {
  const lines: JsonLine[] = [];
  const waiting: Node[] = [{ path: '', depth: 0, name: '', value: root, range: null }];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const isOpen = open.has(node.path) && isContainer(node.value);
    lines.push({ path: node.path, depth: node.depth, name: node.name, ...describe(node), open: isOpen });
    if (isOpen) waiting.push(...listChildren(node).toReversed());
  }
  return lines;
}

/** The value at a line's path. */
export function findValue(root: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .filter((step) => !step.startsWith('~['))
    .reduce<unknown>((value, step) => (isContainer(value) ? Reflect.get(value, unescapeStep(step)) : undefined), root);
}

function listChildren(node: Node): Node[] {
  if (!isContainer(node.value)) return [];
  const [from, to] = node.range ?? [0, Number.POSITIVE_INFINITY];
  const entries = Object.entries(node.value).slice(from, to);
  const parent = node.value;
  if (entries.length <= CHILDREN_MAX) {
    return entries.map(([name, value]) => {
      return { path: `${node.path}/${escapeStep(name)}`, depth: node.depth + 1, name, value, range: null };
    });
  }
  return Array.from({ length: Math.ceil(entries.length / CHILDREN_MAX) }, (_, index) => {
    const start = index * CHILDREN_MAX;
    const end = Math.min(start + CHILDREN_MAX, entries.length);
    const name = `${start} … ${end - 1}`;
    return { path: `${node.path}/~[${start}`, depth: node.depth + 1, name, value: parent, range: [start, end] };
  });
}

function describe({ value, range }: Node): Pick<JsonLine, 'kind' | 'summary'> {
  if (range !== null) return { kind: 'range', summary: '' };
  if (Array.isArray(value))
    return { kind: 'array', summary: `${value.length} ${value.length === 1 ? 'item' : 'items'}` };
  if (isContainer(value)) {
    const names = Object.keys(value);
    return {
      kind: 'object',
      summary: names.slice(0, 4).join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : ''),
    };
  }
  if (typeof value === 'string') {
    const cut = value.length > TEXT_MAX;
    return { kind: 'text', summary: JSON.stringify(cut ? value.slice(0, TEXT_MAX) : value) + (cut ? ' …' : '') };
  }
  if (typeof value === 'number') return { kind: 'number', summary: String(value) };
  if (typeof value === 'boolean') return { kind: 'boolean', summary: String(value) };
  return { kind: 'null', summary: 'null' };
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** As in RFC 6901: a name with a slash in it stays one step, and no name can look like one of our ranges. */
function escapeStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
