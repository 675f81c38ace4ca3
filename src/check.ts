import { windowOf } from './corpus/window.ts';
import { putToCloudWatch } from './publish/cloudwatch.ts';
import type { Settings } from './settings/settings.ts';
import { ReplayError } from './shared/errors.ts';
import type { Logger } from './shared/log.ts';
import { words } from './shared/words.ts';
import { openStore } from './store/open.ts';

/** Prefixes that a job always writes under. Cost rows are left out: they may be the one name that is allowed. */
const PREFIXES = {
  counterfactual: words('_counterfactual/ _counterfactual_controls/ _rules/ _replay_runs/ _replay_shards/'),
  concordance: words('_replay_summary/ _replay_cache/ _replay_runs/ _replay_shards/'),
  single: words('_replay/ _replay_cache/ _replay_runs/'),
  report: words('_replay_runs/'),
};

/** Tries what the job needs, each once, with one small object, datapoint or question, and logs a line for each. Computes
 * nothing. Resolves to what was tried, each with its error or null, and the exit code. */
export async function checkJob(
  settings: Settings,
  { log, signal, now }: { readonly log: Logger; readonly signal: AbortSignal; readonly now: Date },
) {
  const checks: { what: string; ok: boolean; error: string | null; seconds: number }[] = [];
  const codes: number[] = [];
  for (const [what, attempt] of await attemptsOf(settings, signal, now)) {
    const started = performance.now();
    let error: string | null = null;
    try {
      await attempt();
    } catch (cause) {
      if (!(cause instanceof ReplayError)) throw cause;
      error = cause.message;
      codes.push(cause.exitCode);
    }
    const seconds = Math.round(performance.now() - started) / 1_000;
    checks.push({ what, ok: error === null, error, seconds });
    if (error === null) log.info({ seconds }, `${what}: works`);
    else log.error({ seconds }, `${what}: ${error}`);
  }
  return { checks, exitCode: codes.length === 0 ? 0 : codes.every((code) => code === 75) ? 75 : 1 };
}

async function attemptsOf(settings: Settings, signal: AbortSignal, now: Date) {
  const attempts = new Map<string, () => Promise<unknown>>();
  if (settings.job !== 'report') {
    const corpus = openStore(settings.corpus, { create: false });
    const day = windowOf(settings.endTime, 1).end.replaceAll('-', '/');
    attempts.set(`list ${corpus.uri}`, () => corpus.list(`${day}/`, signal));
  }
  if (!settings.writesNothing) {
    const out = openStore(settings.out);
    for (const prefix of prefixesOf(settings)) {
      attempts.set(`write ${out.uri}/${prefix}`, () => out.checkWritable(prefix));
    }
  }
  if ('metrics' in settings && settings.metrics === 'cloudwatch' && !settings.writesNothing) {
    const datum = {
      name: 'replay_batch_check',
      dimensions: { job: settings.job },
      unit: 'None',
      value: 1,
    } as const;
    attempts.set('CloudWatch', () => putToCloudWatch([datum], now, signal));
  }
  if ('transport' in settings && settings.transport !== 'recorded') {
    const { targetChecks } = await import('./replay/concordance/targets.ts');
    for (const [model, ask] of await targetChecks(settings, now)) attempts.set(`ask ${model}`, ask);
  }
  return attempts;
}

function prefixesOf(settings: Settings): readonly string[] {
  return [
    ...PREFIXES[settings.job],
    ...('transport' in settings && settings.transport === 'batches' ? ['_replay_batches/'] : []),
    ...('persistReplays' in settings && settings.persistReplays ? ['_replay/'] : []),
    ...('noTables' in settings && !settings.noTables ? ['_tables/'] : []),
    ...('metrics' in settings && settings.metrics === 'file' ? ['_metrics/'] : []),
  ];
}
