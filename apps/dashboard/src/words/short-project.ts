/** A project as people call it: the last part where it is the path of a directory. */
export function shortProject(project: string): string {
  return /[^/\\]+(?=[/\\]*$)/.exec(project)?.[0] ?? project;
}
