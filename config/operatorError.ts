/**
 * An error whose message is all that the operator needs: what failed is a setting or a missing step,
 * not the program, so a stack trace would only hide it.
 */
export class OperatorError extends Error {
  // Pulumi's mark of an error that it shows without a stack (`pulumi.RunError`). Set here and not by
  // inheritance, so that decoding a configuration does not load the SDK; a test holds the two together.
  readonly __pulumiRunError = true;

  constructor(message: string) {
    super(message);
    this.name = "OperatorError";
  }
}
