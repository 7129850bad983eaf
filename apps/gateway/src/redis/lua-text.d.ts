/** Scripts of Redis are imported as text, so that the program has no files to find when it runs. */
declare module '*.lua' {
  const text: string;
  export default text;
}
