import { sum } from 'd3-array';
import type { PriceList } from '../../model/prices.ts';
import { listOf, type Outcome } from '../../publish/result.ts';
import type { ReplayFailure } from '../../results/parts.ts';
import type { PlanLine } from '../../results/plan.ts';
import { servedWarning } from '../../results/served.ts';
import type { ReplaySettings } from '../../settings/settings.ts';
import type { Run } from '../ingest/run.ts';
import type { Candidate, ReplaySet } from './candidate-aggregator.ts';
import { lookUp } from './look-up.ts';
import type { NoiseCeiling } from './noise-ceiling.ts';
import type { TargetRun } from './target-run.ts';

/** The plan of a run: what would be asked, what is there already, what it would cost. Reads the cache, writes and
 * calls nothing. */
export async function planReplays(
  run: Run<ReplaySettings>,
  set: ReplaySet,
  targets: readonly TargetRun[],
  loadFailures: readonly ReplayFailure[],
  ceiling?: NoiseCeiling,
): Promise<Outcome> {
  const { settings } = run;
  const { transport, maxCostUsd } = settings;
  const planned = await plannedCalls(run, targets);
  const warnings = targets
    .flatMap((one) => [
      servedWarning(one.target.params.model, one.served),
      unpricedWarning(one, run),
      dearer(one),
    ])
    .filter((warning) => warning !== undefined);
  for (const warning of warnings) run.log.warn(warning);
  const replayable = targets[0]?.candidates.length ?? 0;
  return {
    status: loadFailures.length > 0 ? 'PARTIAL' : 'OK',
    exitCode: 0,
    found: {
      summary: {
        window_start: run.window.start,
        window_end: run.window.end,
        transport,
        warnings,
        ...planned,
        usd: { ...planned.usd, budget: maxCostUsd },
        // What is planned is then the most that can be needed.
        ...('stopWhenSure' in settings && settings.stopWhenSure && { stop_when_sure: true }),
        noise_ceiling: ceiling
          ? {
              requested: ceiling.requested,
              sampled: sum(ceiling.replays, ({ candidates }) => candidates.length),
              skips: ceiling.skips,
              ...(await plannedCalls(run, ceiling.replays)),
            }
          : null,
        n_artifacts_over_cap: set.candidates.length - replayable,
        per_family: Object.fromEntries(set.counts),
        replay_failures: listOf(loadFailures),
      },
    },
  };
}

async function plannedCalls(run: Run<ReplaySettings>, replays: readonly TargetRun[]) {
  const pending = await lookUp(run, replays, async (one, call) => one.noteServed(call));
  const plan = replays.flatMap((one) => {
    const hashes = new Set(pending.get(one));
    const families = new Set(one.candidates.map(({ entry }) => entry.family.id));
    return [...families].map((id) => planned(one, id, hashes));
  });
  const usdOf = (list: PriceList) => {
    const lines = plan.filter(({ calls }) => calls > 0).map(({ usd }) => usd[list]);
    return lines.reduce<PlanLine['usd'][PriceList]>(
      (sum, usd) => sum && usd && { expected: sum.expected + usd.expected, worst: sum.worst + usd.worst },
      { expected: 0, worst: 0 },
    );
  };
  return {
    plan: plan.slice(0, MAX_ROWS),
    calls: sum(plan, ({ calls }) => calls),
    cached: sum(plan, ({ cached }) => cached),
    usd: { messages: usdOf('messages'), batches: usdOf('batches') },
  };
}

/** Warns of a target whose calls are expected to cost more than the captured ones did. */
function dearer({ target, candidates }: TargetRun): string | undefined {
  const { price, params } = target;
  const known = candidates.filter(({ originalUsd }) => originalUsd !== null);
  if (!price || known.length === 0) return undefined;
  const expected = sum(known, ({ expected: { inputTokens, outputTokens } }) =>
    price.costOf(inputTokens, outputTokens, 'messages'),
  );
  const original = sum(known, ({ originalUsd }) => originalUsd ?? 0);
  if (expected <= original) return undefined;
  const found = `${expected.toPrecision(2)} USD for ${known.length} captures that cost ${original.toPrecision(2)}`;
  return `${params.model} is dearer than what it would stand in for: ${found}.`;
}

/** Warns of a target without a known price. */
export function unpricedWarning({ target: { params, price } }: TargetRun, { settings }: Run<ReplaySettings>) {
  if (price || settings.transport === 'recorded') return undefined;
  return `${params.model} has no known price: its calls are outside the budget, and at most ${settings.maxCalls} are made; give it by --price ${params.model}=IN/OUT.`;
}

/** Keeps the envelope small, whatever the number of models. */
const MAX_ROWS = 80;

function planned({ target, byHash }: TargetRun, family: string, pending: ReadonlySet<string>): PlanLine {
  const { params, price } = target;
  const own = [...byHash].filter(([, [first]]) => first?.entry.family.id === family);
  const calls = own.filter(([hash]) => pending.has(hash)).map(([, [first]]) => first as Candidate);
  const captures = (found: typeof own) => sum(found, ([, sharing]) => sharing.length);
  const usdOf = (list: PriceList) => {
    if (!price) return null;
    const worst = ({ entry, prompt }: Candidate) =>
      target.worst(target.formOf(entry.family).bytes(prompt), list) ?? 0;
    return {
      expected: sum(calls, ({ expected }) => price.costOf(expected.inputTokens, expected.outputTokens, list)),
      worst: sum(calls, worst),
    };
  };
  return {
    agent_id_base: family,
    target_model: params.model,
    replayable: captures(own),
    cached: captures(own.filter(([hash]) => !pending.has(hash))),
    calls: calls.length,
    expected_tokens: {
      input: sum(calls, ({ expected }) => expected.inputTokens),
      output: sum(calls, ({ expected }) => expected.outputTokens),
    },
    usd: { messages: usdOf('messages'), batches: usdOf('batches') },
  };
}
