import { clusterOf } from '../../corpus/listing.ts';
import type { PriceBook } from '../../model/price-book.ts';
import type { ConcordanceSettings } from '../../settings/settings.ts';
import { type ReplayError, RunError, SettingsError } from '../../shared/errors.ts';
import { type Counts, increment } from '../../shared/tally.ts';
import { Random } from '../../statistics/random.ts';
import type { Run } from '../ingest/run.ts';
import { type Candidate, roundRobin, roundRobinByFamily, sortedByKey } from './candidate-aggregator.ts';
import { type Replayed, TargetRun } from './target-run.ts';
import { priceListOf, Target } from './targets.ts';

/** Why a capture cannot be put to the model it came from: it does not name one, or one that is reached by no wire as it
 * is named (--model-alias tells), or one without a known price. */
type CeilingSkip = 'original_model_unknown' | 'original_model_without_alias' | 'original_model_unpriced';

/** Captures put to their own model once more: how far that agrees with itself is all the agreement that another can be
 * expected to have. Its replays are apart from those of the targets. */
export interface NoiseCeiling {
  /** Captures wanted. */
  readonly requested: number;
  /** One an original model, together the sample. */
  readonly replays: readonly TargetRun[];
  /** Candidates that could not be in the sample, by reason. */
  readonly skips: Counts;
  /** Original models that do not answer, and the error of each. */
  readonly unavailable: Map<TargetRun, string>;
}

/** Draws `requested` of the candidates whose own model can be asked, seeded by the run. */
export async function drawCeiling(
  run: Run<ConcordanceSettings>,
  prices: PriceBook,
  candidates: readonly Candidate[],
  requested: number,
): Promise<NoiseCeiling> {
  const models = new Map<string, Target | CeilingSkip>();
  for (const { originalModel } of candidates) {
    if (!models.has(originalModel))
      models.set(originalModel, await originalTarget(originalModel, run, prices));
  }
  const skips: Record<string, number> = {};
  const askable = candidates.filter(({ originalModel }) => {
    const found = models.get(originalModel);
    if (typeof found === 'string') increment(skips, found);
    return typeof found !== 'string';
  });
  const sample = stratifiedSample(askable, requested, `${run.runId}/ceiling`);
  const targetOf = ({ originalModel }: Candidate) => models.get(originalModel) as Target;
  // Several captured models may have one alias.
  const byTarget = Map.groupBy(sample, (candidate) => targetOf(candidate).params.model);
  const replays = [...byTarget.values()].map((own) => new TargetRun(targetOf(own[0] as Candidate), own));
  return { requested, replays, skips, unavailable: new Map() };
}

/** Takes note that a model cannot be had: for good, which is a skip of what it would have been asked, or for a fault
 * that passes, which is a failure of each call. */
export function giveUpModel({ unavailable }: NoiseCeiling, one: TargetRun, error: ReplayError): void {
  const { candidates, results } = one;
  const isFailure = (result: Replayed | undefined) => result === undefined || 'reason' in result;
  const left = candidates.filter((candidate) => isFailure(results.get(candidate)));
  if (error instanceof RunError) {
    unavailable.set(one, error.message);
    for (const candidate of left) results.delete(candidate);
    return;
  }
  const failure = { reason: 'unreachable', error: error.message, transient: true };
  for (const candidate of left) results.set(candidate, failure);
}

/** At most `count` candidates: the families take turns, and within a family its clusters, each in random order. */
export function stratifiedSample(
  candidates: readonly Candidate[],
  count: number,
  seed: string,
): readonly Candidate[] {
  const order = roundRobinByFamily(candidates, (own, family) => {
    const random = new Random(`${seed}/${family}`);
    const clusters = [...Map.groupBy(sortedByKey(own), ({ entry }) => clusterOf(entry)).values()];
    for (const cluster of clusters) random.shuffle(cluster);
    random.shuffle(clusters);
    return roundRobin(clusters);
  });
  return order.slice(0, count);
}

/** A capture's own model, asked as a target is, or why it cannot be. */
async function originalTarget(
  model: string,
  { settings, now }: Run<ConcordanceSettings>,
  prices: PriceBook,
): Promise<Target | CeilingSkip> {
  if (model === 'unknown') return 'original_model_unknown';
  const alias = settings.modelAlias.find(({ captured }) => captured === model)?.target;
  const isPaid = priceListOf(settings.transport) !== undefined;
  if (isPaid && alias === undefined && !model.startsWith('claude')) return 'original_model_without_alias';
  try {
    const target = await Target.of(alias ?? model, settings, prices, now);
    return isPaid && !target.price && !settings.allowUnpriced ? 'original_model_unpriced' : target;
  } catch (error) {
    // Several prices are none that can be gone by.
    if (!(error instanceof SettingsError)) throw error;
    return 'original_model_unpriced';
  }
}
