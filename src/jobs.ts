import type { Outcome } from './publish/result.ts';
import type { Run } from './replay/ingest/run.ts';
import type { Settings } from './settings/settings.ts';

export interface Job {
  run(context: Omit<Run, 'settings'>): Promise<Outcome>;
  /** What a shell-run does of it: boots what it needs beyond imports, opens nothing. */
  boot(): Promise<void>;
}

/** The job that the settings are for. Only what it needs is imported, while its threads do the same. */
export async function loadJob(settings: Settings): Promise<Job> {
  if (settings.job === 'report') {
    const { report } = await import('./report/report.ts');
    return { run: (context) => report({ ...context, settings }), boot: async () => {} };
  }
  const { startPool } = await import('./replay/ingest/with-pool.ts');
  const pool = startPool(settings);
  if (settings.job === 'counterfactual') {
    const { counterfactual } = await import('./replay/counterfactual/counterfactual.ts');
    return { run: (context) => counterfactual({ ...context, settings }, pool), boot: () => pool.boot() };
  }
  const { concordance, bootReplays } = await import('./replay/concordance/concordance.ts');
  const boot = () => bootReplays(settings, pool);
  if (settings.job === 'concordance') {
    return { run: (context) => concordance({ ...context, settings }, pool), boot };
  }
  const { single } = await import('./replay/concordance/single.ts');
  return { run: (context) => single({ ...context, settings }, pool), boot };
}
