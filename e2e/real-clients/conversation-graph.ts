/** A node of `GET /api/conversations/:id/tree`, as much of it as a graph in words needs. */
interface TreeNode {
  readonly requestId: string;
  readonly parentRequestId: string | null;
  readonly branch: string | null;
  readonly relation: string;
  readonly launchToolUseId: string | null;
  readonly linkSource: string;
  readonly linkBecause: string;
  readonly kind: string;
  readonly preview: string;
}

/** What the API tells of a conversation. */
export interface SeenConversation {
  readonly title: string;
  /** Every turn as `main/2 "words" continues main/1`, sorted; names made of hashes without their hash. */
  readonly turns: readonly string[];
  /** How the agents and what goes on from a summary were found. */
  readonly reasons: readonly string[];
  /** Kinds of the requests that are no turns, each once. */
  readonly attached: readonly string[];
}

/** Reads a conversation through the API, in words that are the same for every run of the same session. */
export async function readConversation(
  gateway: { ask(path: string): Promise<unknown> },
  conversationId: string,
): Promise<SeenConversation> {
  const path = `/api/conversations/${conversationId}`;
  const [found, tree] = await Promise.all([gateway.ask(path), gateway.ask(`${path}/tree`)]);
  const nodes: readonly TreeNode[] = Object(tree).nodes;
  const turns = nodes.filter(({ branch }) => branch !== null);
  const names = nameTurns(turns);
  return {
    title: Object(found).conversation.title,
    turns: turns.map((node) => toLine(node, names)).toSorted(),
    reasons: turns
      .filter(({ relation }) => relation === 'sub-agent' || relation === 'compacts')
      .map((node) => `${names.get(node.requestId)}: ${node.linkSource}, ${node.linkBecause}`)
      .toSorted(),
    attached: [...new Set(nodes.filter(({ branch }) => branch === null).map(({ kind }) => kind))].toSorted(),
  };
}

/** `main/3` is the third turn of `main`. */
function nameTurns(turns: readonly TreeNode[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const { requestId, branch } of turns) {
    const name = (branch ?? '').replace(/^(branch|compact)_.*$/, '$1');
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    names.set(requestId, `${name}/${count}`);
  }
  return names;
}

function toLine(node: TreeNode, names: ReadonlyMap<string, string>): string {
  const { requestId, parentRequestId, preview, relation, launchToolUseId } = node;
  const parent = parentRequestId === null ? '' : ` ${names.get(parentRequestId)}`;
  const launch = launchToolUseId === null ? '' : ` by ${launchToolUseId}`;
  return `${names.get(requestId)} "${preview.slice(0, 31)}" ${relation}${parent}${launch}`;
}
