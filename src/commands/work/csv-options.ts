/** How CSV is protected, by the flags of a command and where it goes. */

/** Results go to a terminal unless a file was named. */
export function csvOptions(request: {
  readonly 'csv-raw': boolean;
  readonly output?: string | undefined;
}): { readonly isRaw: boolean; readonly isTerminal: boolean } {
  return { isRaw: request['csv-raw'], isTerminal: isTerminal(request) };
}

/** Whether results are shown on a terminal. */
export function isTerminal({ output }: { readonly output?: string | undefined }): boolean {
  return (output === undefined || output === '-') && process.stdout.isTTY;
}
