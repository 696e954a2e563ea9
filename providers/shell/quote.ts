/**
 * The one way a value becomes a word of a shell command or assignment: inside single quotes nothing
 * is special to a POSIX shell, so only the quote itself has to leave and re-enter them.
 *
 * @throws TypeError for a NUL character, which no shell word can carry.
 */
export function shellQuote(value: string): string {
  if (value.includes("\0")) throw new TypeError("a NUL character cannot be passed to a shell");
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
