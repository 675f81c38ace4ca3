import type { Outcome } from './publish/result.ts';
import type { Run } from './replay/ingest/run.ts';
import type { JOBS } from './settings/schema.ts';
import type { Settings } from './settings/settings.ts';

export interface Job {
  run(run: Run): Promise<Outcome>;
  /** What a shell-run does of it: boots what it needs beyond imports, opens nothing. */
  boot(settings: Settings): Promise<void>;
}

/** The jobs that exist, each imported only when it is asked for. */
export const jobs: Record<(typeof JOBS)[number], () => Promise<Job>> = {
  counterfactual: async () => {
    const { counterfactual, bootCounterfactual } = await import('./replay/counterfactual/counterfactual.ts');
    return { run: counterfactual, boot: bootCounterfactual };
  },
  concordance: async () => {
    const { concordance, bootReplays } = await import('./replay/concordance/concordance.ts');
    return { run: concordance, boot: bootReplays };
  },
  single: async () => {
    const [{ single }, { bootReplays }] = await Promise.all([
      import('./replay/concordance/single.ts'),
      import('./replay/concordance/concordance.ts'),
    ]);
    return { run: single, boot: bootReplays };
  },
  report: async () => {
    const { report } = await import('./report/report.ts');
    return { run: report, boot: async () => {} };
  },
};
