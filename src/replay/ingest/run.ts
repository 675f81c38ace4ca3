import type { Window } from '../../corpus/window.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Logger } from '../../shared/log.ts';
import type { Progress } from '../../shared/progress.ts';
import type { Store } from '../../store/store.ts';

/** What every job is given. */
export interface Run<S extends Settings = Settings> {
  readonly settings: S;
  /** `YYMMDDHHMM` of the window end. */
  readonly runId: string;
  readonly window: Window;
  readonly out: Store;
  readonly log: Logger;
  readonly progress: Progress;
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal;
  readonly now: Date;
}
