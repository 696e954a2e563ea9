/** Something the operator can act on: what is wrong, and the one next command. No stack trace. */
export class UserError extends Error {
  constructor(
    message: string,
    /** The next command, or what to do, in one line. */
    readonly next: string,
  ) {
    super(message);
    this.name = "UserError";
  }
}
