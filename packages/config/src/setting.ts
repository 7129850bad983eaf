import { z } from 'zod';
import { ConfigSchema } from './schema.ts';

/** How a setting is written as text, in the environment or as a flag. */
export type SettingKind = 'integer' | 'boolean' | 'text' | 'list' | 'boolean-or-word';

/** One setting as people see it, read from the schema. */
export interface Setting {
  /** Where it stands in `nexus.json`, for example `server.port`. */
  readonly path: string;
  /** Heading of its group for people, for example `Domains, credentials and keys`. */
  readonly group: string;
  readonly env: string;
  /** Command-line flag without the dashes; for a secret it takes a file. */
  readonly flag: string;
  readonly about: string;
  readonly secret: boolean;
  readonly example: string | null;
  readonly emptyCounts: boolean;
  readonly kind: SettingKind;
  /** Null where the setting is absent unless given. */
  readonly preset: unknown;
  /** Words that are allowed, where only some are. */
  readonly choices: readonly string[] | null;
}

/** All settings in the order of the schema. */
export function listSettings(): readonly Setting[] {
  return Object.entries(toInputSchema().properties ?? {}).flatMap(([name, node]) => {
    const { title = name, properties = {} } = toObjectNode(node);
    return Object.entries(properties).map(([leafName, leaf]) =>
      toSetting({ path: `${name}.${leafName}`, group: title }, toObjectNode(leaf)),
    );
  });
}

/** The JSON Schema of what people may write, with our `env`, `about`, `secret` and `example` kept on each leaf. */
export function toInputSchema(): JsonNode {
  return z.toJSONSchema(ConfigSchema, { io: 'input', reused: 'inline' });
}

export type JsonNode = z.core.JSONSchema.JSONSchema;

export function toObjectNode(node: z.core.JSONSchema._JSONSchema): JsonNode {
  return typeof node === 'boolean' ? {} : node;
}

function toSetting(place: Pick<Setting, 'path' | 'group'>, leaf: JsonNode): Setting {
  const env = toText(leaf['env']);
  const secret = leaf['secret'] === true;
  const name = env
    .replace(/^NEXUS_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
  return {
    ...place,
    env,
    flag: secret ? `${name}-file` : name,
    about: toText(leaf['about']),
    secret,
    example: typeof leaf['example'] === 'string' ? leaf['example'] : null,
    emptyCounts: leaf['emptyCounts'] === true,
    kind: toKind(leaf),
    preset: leaf.default ?? null,
    choices: toChoices(leaf),
  };
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toKind(leaf: JsonNode): SettingKind {
  const types = new Set([leaf.type, ...(leaf.anyOf ?? []).map((part) => toObjectNode(part).type)]);
  if (types.has('boolean')) return types.size > 2 ? 'boolean-or-word' : 'boolean';
  if (types.has('integer')) return 'integer';
  return types.has('array') ? 'list' : 'text';
}

function toChoices(leaf: JsonNode): readonly string[] | null {
  if (leaf.enum) return leaf.enum.map(String);
  const words = (leaf.anyOf ?? []).map((part) => toObjectNode(part).const).filter((word) => word !== undefined);
  return words.length > 0 ? [...words.map(String), 'true', 'false'] : null;
}
