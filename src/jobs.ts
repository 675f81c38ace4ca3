import type { Outcome } from './publish/result.ts';
import type { Run } from './replay/ingest/run.ts';
import type { Settings } from './settings/settings.ts';

export interface Job {
  run(context: Omit<Run, 'settings'>): Promise<Outcome>;
  /** What a shell-run does of it: boots what it needs beyond imports, opens nothing. */
  boot(): Promise<void>;
}

/** The job that the settings are for. Only what it needs is imported. */
export async function loadJob(settings: Settings): Promise<Job> {
  switch (settings.job) {
    case 'counterfactual': {
      const [{ counterfactual }, { bootPool }] = await Promise.all([
        import('./replay/counterfactual/counterfactual.ts'),
        import('./replay/ingest/with-pool.ts'),
      ]);
      return {
        run: (context) => counterfactual({ ...context, settings }),
        boot: () => bootPool(settings),
      };
    }
    case 'concordance': {
      const { concordance, bootReplays } = await import('./replay/concordance/concordance.ts');
      return { run: (context) => concordance({ ...context, settings }), boot: () => bootReplays(settings) };
    }
    case 'single': {
      const [{ single }, { bootReplays }] = await Promise.all([
        import('./replay/concordance/single.ts'),
        import('./replay/concordance/concordance.ts'),
      ]);
      return { run: (context) => single({ ...context, settings }), boot: () => bootReplays(settings) };
    }
    case 'report': {
      const { report } = await import('./report/report.ts');
      return { run: (context) => report({ ...context, settings }), boot: async () => {} };
    }
  }
}
