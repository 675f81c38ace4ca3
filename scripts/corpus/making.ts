import { Random } from './random.ts';
import { prose } from './text.ts';

export const LLM_FAMILIES = [
  'ic_cio',
  'macro_economist',
  'sector_peer_review',
  'sector_qual',
  'sector_quant',
  'thesis_update',
  'thinktank_theme',
  'thinktank_thesis',
] as const;
export type LlmFamily = (typeof LLM_FAMILIES)[number];

/** What all families share while one corpus is made. */
export interface Provenance {
  readonly seed: string;
  /** Share of decisions that break their family's planted rule. */
  readonly noise: Readonly<Record<LlmFamily, number>>;
  /** Texts, lists and news at captured sizes; otherwise just enough to have the shape. */
  readonly fullSize: boolean;
  /** The last day of the research families' captures. */
  readonly researchUntil: string;
}

/** Prose of the captured length, or of the short length in a compact corpus. */
export function text(making: Provenance, random: Random, compact: number, captured: number): string {
  return prose(random, making.fullSize ? captured : compact);
}

/** Draws which decisions break their rule. It stands apart from what draws the inputs, so that these are the same
 * at every noise. */
export class Doubt {
  readonly random: Random;
  readonly #share: number;

  constructor(making: Provenance, family: LlmFamily, place: string, wrong = false) {
    this.random = new Random(`${making.seed}/${family}/${place}/noise`);
    this.#share = wrong ? 1 : making.noise[family];
  }

  /** `truth`, or now and then another one of `values`. */
  settle<T>(values: readonly T[], truth: T): T {
    if (!this.strikes()) return truth;
    return this.random.pick(values.filter((other) => other !== truth));
  }

  strikes(): boolean {
    return this.random.chance(this.#share);
  }
}

export const REGIMES = ['bull', 'neutral', 'bear'] as const;
export type Regime = (typeof REGIMES)[number];
