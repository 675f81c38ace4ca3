/** Base of all errors this program raises on purpose. A message says what was expected, what was found and
 * what to do; anything else that is thrown is a programming error. */
export class ReplayError extends Error {
  /** Process exit code when this error ends the run. */
  readonly exitCode: number = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A flag or an environment variable is not usable. */
export class SettingsError extends ReplayError {
  override readonly exitCode = 2;
}

/** The run as a whole cannot go on: listing refused, store unreachable, every item failed. */
export class RunError extends ReplayError {}

/** A passing fault outlasted the retries: the same command may succeed later (EX_TEMPFAIL). */
export class TransientError extends ReplayError {
  override readonly exitCode = 75;
}

/** One object cannot be read or is no artifact: costs that object only. */
export class LoadError extends ReplayError {}

/** The object or the bucket is not there. */
export class NotFoundError extends ReplayError {}

/** A conditional put found the key taken. */
export class AlreadyExistsError extends ReplayError {}

/** Rows no rule can be fitted to, such as an infinite feature. */
export class FitError extends ReplayError {}
