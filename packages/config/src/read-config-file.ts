import path from 'node:path';
import type { Problem } from './problem.ts';
import { toReason } from './secret-file.ts';
import type { Setting } from './setting.ts';
import type { Given } from './setting-origin.ts';
import { toSuggestion } from './suggest-name.ts';

interface FileQuestion {
  readonly settings: readonly Setting[];
  /** Path that a person named; then its absence is a problem. */
  readonly fileAsked: string | null;
  readonly readText: (path: string) => string;
  readonly workingDir: string;
}

interface FileAnswer {
  readonly given: ReadonlyMap<string, Given>;
  readonly problems: readonly Problem[];
}

/** What `nexus.json` says: the one handed in, the one that was named, or the one in the working directory. */
export function readConfigFile(
  handed: { readonly path: string; readonly text: string } | null | undefined,
  question: FileQuestion,
): FileAnswer {
  const found = handed === undefined ? findFile(question) : { ok: true as const, file: handed };
  if (!found.ok) return { given: new Map(), problems: [found.problem] };
  if (found.file === null) return { given: new Map(), problems: [] };
  return readTree(found.file, question.settings);
}

function findFile({ fileAsked, readText, workingDir }: FileQuestion) {
  const file = path.resolve(workingDir, fileAsked ?? 'nexus.json');
  try {
    return { ok: true as const, file: { path: file, text: readText(file) } };
  } catch (failure) {
    const reason = toReason(failure);
    if (fileAsked === null && reason === 'ENOENT') return { ok: true as const, file: null };
    return { ok: false as const, problem: toFileProblem(file, '', `cannot be read (${reason})`) };
  }
}

function readTree(file: { path: string; text: string }, settings: readonly Setting[]): FileAnswer {
  const tree = parseObject(file.text);
  if (typeof tree === 'string') return { given: new Map(), problems: [toFileProblem(file.path, '', tree)] };

  const given = new Map<string, Given>();
  const problems: Problem[] = [];
  const groups = [...new Set(settings.map((setting) => setting.path.split('.')[0] ?? ''))];
  for (const [group, members] of Object.entries(tree)) {
    if (group === '$schema') continue;
    if (!groups.includes(group)) {
      problems.push(toFileProblem(file.path, group, `is not a group of settings${toSuggestion(group, groups)}`));
    } else if (!isObject(members)) {
      problems.push(toFileProblem(file.path, group, 'must be an object of settings'));
    } else {
      for (const [name, value] of Object.entries(members)) {
        const at = `${group}.${name}`;
        if (settings.some((setting) => setting.path === at)) {
          given.set(at, { value, origin: { kind: 'file', path: file.path } });
        } else {
          const known = settings.map((setting) => setting.path);
          problems.push(toFileProblem(file.path, at, `is not a setting${toSuggestion(at, known)}`));
        }
      }
    }
  }
  return { given, problems };
}

/** The object in `text`, or in words why there is none. */
function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : 'must hold one JSON object';
  } catch (failure) {
    return `is not valid JSON (${toReason(failure)})`;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toFileProblem(file: string, at: string, message: string): Problem {
  return { path: at === '' ? path.basename(file) : at, env: null, source: file, message };
}
