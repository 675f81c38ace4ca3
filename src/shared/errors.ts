/** Base of all errors that this program raises on purpose. A message says what was expected, what was found and
 * what to do. Anything else that is thrown is a programming error. */
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

/** The run as a whole cannot go on: listing refused, wrong credentials, every item failed. */
export class RunError extends ReplayError {}

/** A fault of the run that passes outlasted the retries: the same command may succeed later (EX_TEMPFAIL). */
export class TransientError extends ReplayError {
  override readonly exitCode = 75;
}

/** The content of one object is no artifact. Costs that object only, until its content changes. */
export class LoadError extends ReplayError {}

/** One object cannot be had, while others may be. Costs that object in this run; the next run must ask again. */
export class AccessError extends ReplayError {
  /** Whether the object may be had later without anybody's doing. */
  readonly passes: boolean;
  override readonly exitCode: number;

  constructor(message: string, { passes, ...options }: ErrorOptions & { readonly passes: boolean }) {
    super(message, options);
    this.passes = passes;
    this.exitCode = passes ? 75 : 1;
  }
}

/** The object is not there. A listed one was deleted since: the next listing will tell. */
export class NotFoundError extends AccessError {
  override readonly exitCode = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, passes: true });
  }
}

/** The object is not the one that was listed. */
export class ChangedError extends AccessError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, passes: true });
  }
}

/** A conditional put found the key taken. */
export class AlreadyExistsError extends ReplayError {}

/** Rows no rule can be fitted to, such as an infinite feature. */
export class FitError extends ReplayError {}
