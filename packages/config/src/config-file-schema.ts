import { type JsonNode, toInputSchema, toObjectNode } from './setting.ts';

/** The JSON Schema of `nexus.json`, so that editors complete and explain it. */
export function toConfigFileSchema(): JsonNode {
  const root = toInputSchema();
  const groups = Object.entries(root.properties ?? {}).map(([group, node]) => [group, toGroup(toObjectNode(node))]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of Claude Nexus',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(groups) },
    additionalProperties: false,
  };
}

function toGroup(node: JsonNode): JsonNode {
  const leaves = Object.entries(node.properties ?? {}).map(([name, leaf]) => [name, toLeaf(toObjectNode(leaf))]);
  const { title = '' } = node;
  return { title, type: 'object', properties: Object.fromEntries(leaves), additionalProperties: false };
}

function toLeaf(leaf: JsonNode): JsonNode {
  const { env, about, secret: _secret, example: _example, emptyCounts: _emptyCounts, ...plain } = leaf;
  return { description: `${String(about)} Environment: ${String(env)}.`, ...plain };
}
