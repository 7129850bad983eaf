/**
 * A text with commands of ours in it (`bun start`, `bun run nexus …`), each written as it runs for whoever started this
 * program: where npm fetched Bun, there is no `bun` to type. `program` is the path of the Bun that runs.
 */
export function toRunnable(text: string, program: string = process.execPath): string {
  return isFetched(program) ? text.replaceAll(OUR_COMMAND, `npx -y bun@${Bun.version} `) : text;
}

/** `bun ` before `start`, `run start`, `run nexus` and `run --silent nexus`; not where npx stands before it already. */
const OUR_COMMAND = /(?<![\w@./-])bun (?=start\b|run (?:--silent )?(?:nexus|start)\b)/g;

/** npx keeps what it fetched in `_npx/<hash>/node_modules` of its cache. */
function isFetched(program: string): boolean {
  return /[\\/]_npx[\\/]/.test(program);
}
