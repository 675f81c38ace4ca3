import { type ConcordanceResult, candidatesInWords } from '../../results/concordance-run.ts';
import type { CounterfactualResult } from '../../results/counterfactual-run.ts';
import { count, counted, duration, usd } from '../../shared/numbers.ts';
import { truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData } from '../data.ts';
import { Facts } from './facts.tsx';
import { Name } from './name.tsx';

/** What run this is, and how its jobs ended. */
export function Masthead({ data }: { readonly data: ReportData }) {
  const { counterfactual: rules, concordance: models } = data;
  return (
    <header class="masthead">
      <p class="kicker">
        Replay report · run <Name text={data.runId} max={40} />
        {data.runKey !== data.runId && (
          <>
            {' '}
            · key <Name text={data.runKey} max={60} />
          </>
        )}
      </p>
      <h1>Would a rule, or a cheaper model, have decided the same?</h1>
      <Facts
        of={{
          Window: `${truncateWithCount(data.windowStart, 20)} to ${truncateWithCount(data.windowEnd, 20)}`,
          'Rules (counterfactual)': rules ? rulesInWords(rules) : NO_RESULT,
          'Models (concordance)': models ? modelsInWords(models) : NO_RESULT,
        }}
      />
    </header>
  );
}

const NO_RESULT = 'no result under this run key';

function rulesInWords({ status, summary, duration_seconds }: CounterfactualResult): string {
  const read = `${count(summary.artifacts_loaded)} of ${counted(summary.artifacts_discovered, 'capture')} read`;
  return `${statusOf(status)}; ${read} in ${duration(duration_seconds)}`;
}

function modelsInWords({ status, summary }: ConcordanceResult): string {
  const { n_artifacts_replayed: replayed, cost } = summary;
  const stopped = summary.complete ? '' : ', stopped by the budget';
  const done = `${count(replayed)} of ${candidatesInWords(summary)} replayed`;
  return `${statusOf(status)}${stopped}; ${done} for ${usd(cost.usd)}`;
}

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['OK', '✓ OK'],
  ['PARTIAL', '! PARTIAL'],
  ['ERROR', '✕ ERROR'],
  ['INTERRUPTED', '✕ INTERRUPTED'],
]);

function statusOf(status: string): string {
  return STATUSES.get(status) ?? truncateWithCount(status, 40);
}
