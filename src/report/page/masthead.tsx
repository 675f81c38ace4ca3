import { truncateWithCount } from '../../shared/truncate.ts';
import type { ReportData } from '../data.ts';
import { count, counted, seconds, usd } from '../numbers.ts';
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
      <dl class="facts">
        <div>
          <dt>Window</dt>
          <dd>
            {truncateWithCount(data.windowStart, 20)} to {truncateWithCount(data.windowEnd, 20)}
          </dd>
        </div>
        <div>
          <dt>Rules (counterfactual)</dt>
          <dd>
            {rules ? (
              <>
                {statusOf(rules.status)}; {count(rules.summary.artifacts_loaded)} of{' '}
                {counted(rules.summary.artifacts_discovered, 'capture')} read in{' '}
                {seconds(rules.duration_seconds)}
              </>
            ) : (
              'no result under this run key'
            )}
          </dd>
        </div>
        <div>
          <dt>Models (concordance)</dt>
          <dd>
            {models ? (
              <>
                {statusOf(models.status)}
                {models.summary.complete ? '' : ', stopped by the budget'};{' '}
                {count(models.summary.n_artifacts_replayed)} of{' '}
                {counted(models.summary.n_artifacts_candidate, 'capture')} replayed for{' '}
                {usd(models.summary.cost.usd)}
              </>
            ) : (
              'no result under this run key'
            )}
          </dd>
        </div>
      </dl>
    </header>
  );
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
