import { z } from 'zod';
import { dayNumber } from '../shared/day.ts';
import { at, type JsonObject, objectAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { agreementOf, formOf, replayOf } from './agreement.ts';
import { requiredTexts, text } from './answer.ts';
import { computed } from './executor.ts';
import type { AgentFamily, Artifact, Extraction } from './family.ts';
import { categorical, type Input, numeric, oneRow, regimeInput, subjectOf } from './features.ts';

export type ThemeStance = 'positive' | 'neutral' | 'negative';

/** The stance is a word or phrase of the model's own; these are the ways it says one of three things. */
const WORDS: Readonly<Record<ThemeStance, readonly string[]>> = {
  positive: words(`
    positive constructive bullish overweight favou?rable attractive optimistic supportive tailwinds? risk-on
    pro-risk improving strengthening accumulate
  `),
  neutral: words(
    'neutral balanced mixed stable market-?weight equal-?weight market-perform in-line range-?bound hold',
  ),
  negative: words(`
    negative cautious caution bearish underweight unfavou?rable unattractive pessimistic headwinds? risk-off
    deteriorating weakening defensive avoid
  `),
};

const PATTERNS = Object.entries(WORDS).map(
  ([stance, ways]) => [stance as ThemeStance, new RegExp(`(?:^|-)(?:${ways.join('|')})(?:-|$)`)] as const,
);

const NEGATION = /(?:^|-)(?:not|no|non|less|never)-/;

/** A stance as one of three; undefined for one that says none of them, two of them, or what it is not. */
export function themeStance(value: unknown): ThemeStance | undefined {
  if (typeof value !== 'string') return undefined;
  const phrase =
    value
      .toLowerCase()
      .match(/[a-z]+/g)
      ?.join('-') ?? '';
  const found = PATTERNS.filter(([, pattern]) => pattern.test(phrase));
  return found.length === 1 && !NEGATION.test(phrase) ? found[0]?.[0] : undefined;
}

const STANCE_CODE: Readonly<Record<ThemeStance, number>> = { positive: 1, neutral: 0, negative: -1 };

interface Theme {
  readonly snapshot: JsonObject;
  readonly day: string;
}

const INPUTS: readonly Input<Theme>[] = [
  regimeInput(({ snapshot }) => at(snapshot, 'market_regime')),
  categorical('kind', ['macro', 'sector'], ({ snapshot }) => at(snapshot, 'kind')),
  categorical('update_reason', ['seed', 'event', 'reconcile'], ({ snapshot }) =>
    at(snapshot, 'update_reason'),
  ),
  numeric('prior_stance', ({ snapshot }) => {
    const prior = themeStance(at(snapshot, 'prior_theme', 'stance'));
    return prior && STANCE_CODE[prior];
  }),
  computed(
    'weeks_since_anchor',
    ({ snapshot, day }) => (dayNumber(day) - dayNumber(at(snapshot, 'weekly_anchor_date'))) / 7,
  ),
];

const SUBJECT = subjectOf('thinktank_theme', INPUTS, ['stance'], ['prior_stance']);

function isStated(stance: unknown): stance is string {
  return typeof stance === 'string' && stance.trim() !== '';
}

function extract({ day, snapshot, output }: Artifact): Extraction {
  const written = at(output, 'theme', 'stance');
  if (!isStated(written)) return { drop: 'no_decision' };
  const stance = themeStance(written);
  if (stance === undefined) return { drop: 'unrecognised_stance' };
  return oneRow(SUBJECT, INPUTS, { snapshot, day }, [stance]);
}

/** Nothing else is allowed, as in production. */
const ANSWER = z.strictObject({
  narrative: z.string(),
  stance: z.string(),
  drivers: requiredTexts,
  watch_items: requiredTexts,
  material_change: z.boolean(),
  change_summary: text,
});

/** One of three, or the model's own phrase where it is none of them. */
function comparable(stance: string): string {
  return themeStance(stance) ?? stance.trim().toLowerCase();
}

const replay = replayOf({
  toolLoop: false,
  answer: ANSWER,
  form: formOf(
    // Whether something changed is null where it decides nothing: an event that changed nothing was never captured.
    z.strictObject({ stance: z.string(), material_change: z.boolean().nullable() }),
    z.strictObject({ event: z.boolean() }),
  ),
  original({ snapshot, output }) {
    const theme = objectAt(output, 'theme');
    const stance = at(theme, 'stance');
    const changed = at(theme, 'material_change');
    const event = at(snapshot, 'update_reason') === 'event';
    const material_change = !event && typeof changed === 'boolean' ? changed : null;
    if (!isStated(stance) || (material_change === null && !event)) return { skip: 'no_decision' };
    return { decision: { stance: comparable(stance), material_change }, context: { event } };
  },
  decision: (answer, { event }) => ({
    stance: comparable(answer.stance),
    material_change: event ? null : answer.material_change,
  }),
  agreement(original, replayed) {
    const stanceEqual = Number(original.stance === replayed.stance);
    const changeEqual =
      original.material_change === null
        ? null
        : Number(original.material_change === replayed.material_change);
    const recognised = [original, replayed].every(({ stance }) => themeStance(stance) !== undefined);
    return agreementOf(
      [
        [0.5, stanceEqual],
        [0.5, changeEqual],
      ],
      {
        stance_equal: stanceEqual,
        material_change_equal: changeEqual,
        stance_unrecognised: Number(!recognised),
      },
    );
  },
});

export const thinktankTheme: AgentFamily = {
  id: 'thinktank_theme',
  kind: 'llm',
  decision:
    'The stance of a market or sector theme, which the model words freely, as positive, neutral or negative. ' +
    'The macro report, the sector rating and the day’s news that it read are not in the snapshot, so beyond the ' +
    'regime and the stance before there is little to explain it with. Themes are written weekly, and between ' +
    'two weeks only when something changed.',
  captured: { subjects: [SUBJECT], extract },
  replay,
  // A run id names the company or the theme, and its version.
  clusterOf: (_artifactRunId, day) => day,
};
