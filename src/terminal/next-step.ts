import { faultsOf } from '../publish/faults.ts';
import { counted, usd } from '../shared/numbers.ts';
import type { AnySummary, Ended } from './ended.ts';

/** What whoever ran this does next: the one thing that matters most. Undefined where the error says it. */
export function nextStep(ended: Ended): string | undefined {
  const summary: AnySummary = ended.summary ?? {};
  if (ended.status === 'ERROR' || ended.status === 'INTERRUPTED') return undefined;
  return (
    afterBudget(summary) ??
    afterFailures(ended, summary) ??
    afterDryRun(ended, summary) ??
    afterVerdicts(ended, summary)
  );
}

function afterBudget({ budget_stopped: stopped, cost }: AnySummary): string | undefined {
  if (!stopped) return undefined;
  return `the budget ended it after ${usd(cost?.usd)}: with a higher --max-cost-usd (of calls without a price: --max-calls) the same command goes on from the answers it kept`;
}

function afterFailures({ job, status, result_uri: uri }: Ended, summary: AnySummary): string | undefined {
  // What a report lacks is named above.
  if (status !== 'PARTIAL' || job === 'report') return undefined;
  if (summary.controls?.status === 'failed') {
    return `no verdict of this run is worth much: see summary.controls ${uri ? 'in the result' : 'on stdout'}`;
  }
  const [list] = faultsOf({ ...summary }).flatMap(({ where }) => where ?? []);
  if (!list) return undefined;
  return uri
    ? `look at ${list} in the result: it names each, and why`
    : `look at ${list.replace('lists', 'summary')} on stdout`;
}

function afterDryRun({ job, result_uri: uri }: Ended, summary: AnySummary): string | undefined {
  if (summary.plan) {
    if (summary.calls === 0) return 'run it without --dry-run: every answer is there, it costs nothing';
    const hasBatches =
      summary.transport === 'messages' && typeof summary.usd === 'object' && summary.usd?.batches;
    return hasBatches
      ? 'run it without --dry-run; --transport batches takes longer and costs half'
      : 'run it without --dry-run';
  }
  return uri === null && job !== 'single' ? 'run it without --dry-run to keep this' : undefined;
}

function afterVerdicts({ job, report_uri: report }: Ended, summary: AnySummary): string | undefined {
  const open = report ? 'open the report; ' : '';
  const agreements = (summary.per_target ?? []).flatMap(({ per_agent }) => per_agent);
  const verdicts = [...(summary.per_agent ?? []).filter(({ kind }) => kind === 'llm'), ...agreements];
  const unknown = verdicts.filter(({ verdict }) => verdict === 'inconclusive');
  if (unknown.length > 0) {
    return `${open}${counted(unknown.length, 'verdict')} not known yet: a longer --window-days, until there are as many runs as \`needs\` says`;
  }
  if (agreements.some(({ verdict }) => verdict === 'not') && !summary.noise_ceiling) {
    return `${open}--ceiling 100 tells how much agreement there was to have, --persist-replays shows where they part`;
  }
  if (report) return 'open the report';
  if (job === 'counterfactual' && verdicts.some(({ verdict }) => verdict === 'explained')) {
    return 'read the rules: `rules` in the file at each `analysis_key` of the result';
  }
  return undefined;
}
