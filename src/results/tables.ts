import { modelSegment } from './keys.ts';

/** A column of a table, flat and of a type that Parquet, DuckDB and Athena share. A time is in UTC, ms since 1970. */
export interface Column {
  readonly type: 'DOUBLE' | 'TIMESTAMP' | 'BOOLEAN' | 'STRING';
  readonly nullable: boolean;
  /** Unit or range; null where there is none. */
  readonly unit: string | null;
  readonly description: string;
}
export type Columns = Readonly<Record<string, Column>>;

/** What a column holds in a row. In a column that may be null, NaN is null. */
export type Cell<C extends Column> =
  | (C['type'] extends 'STRING' ? string : C['type'] extends 'BOOLEAN' ? boolean : number)
  | (C['nullable'] extends true ? null : never);
/** A row may lack what may be null. */
export type Row<C extends Columns> = {
  readonly [Name in keyof C as C[Name]['nullable'] extends true ? never : Name]: Cell<C[Name]>;
} & {
  readonly [Name in keyof C as C[Name]['nullable'] extends true ? Name : never]?: Cell<C[Name]> | undefined;
};

export interface Table<C extends Columns = Columns> {
  readonly name: 'agents' | 'agreements' | 'rows';
  /** Counts changes that a reader of an older file must know of. */
  readonly schemaVersion: number;
  /** Of Hive: they stand in the path, and are no columns. */
  readonly partitions: readonly string[];
  readonly columns: C;
}

const column =
  <T extends Column['type']>(type: T) =>
  (description: string, unit: string | null = null) => ({
    type,
    nullable: false as const,
    unit,
    description,
  });
const orNull = <T extends Column['type']>(
  { type, unit, description }: Column & { readonly type: T },
  when: string,
) => ({
  type,
  nullable: true as const,
  unit,
  description: `${description}; null ${when}`,
});
const text = column('STRING');
const flag = column('BOOLEAN');
const time = (description: string) => column('TIMESTAMP')(description, 'UTC');
const number = column('DOUBLE');
const count = (description: string) => number(description, 'count');
const share = (description: string) => number(description, '0 to 1');
const usd = (description: string) => number(description, 'USD');

const ofRules = 'of a model';
const ofModels = 'of a rule';
const unknown = 'where it is not known';
const noAnswer = 'without an answer';
const agent = text('Agent family, with its layer where that is fitted on its own');
const capturedAt = orNull(time('When it was captured'), 'where the capture does not say');
const run = text('Run of the agents that it belongs to: decisions of one run are not independent');

/** One row an agent and rule, or an agent and target model. */
export const AGENTS = {
  name: 'agents',
  schemaVersion: 1,
  partitions: ['run_id'],
  columns: {
    agent_id_base: agent,
    family: text('Agent family'),
    kind: text('`llm` or `deterministic`: whether a model or a program decides'),
    run_key: text('Run that the numbers belong to, as its report is named'),
    window_start: time('First day that was read'),
    window_end: time('Last day that was read'),
    rule: orNull(text('`tree`, `exact` or `logistic`'), ofRules),
    target_model: orNull(text('Model that the captures were put to'), ofModels),
    verdict: text(
      'Whether rule or model decides the same: `explained`, `interchangeable`; `not_explained`, `not`; `inconclusive`',
    ),
    verdict_reason: text('What the verdict rests on'),
    action: orNull(text('What the advice on the agent is, from both jobs so far'), 'of a program'),
    is_advised: flag('Whether the advice names this rule or model'),
    share: orNull(
      share('Decisions that are the same: match on unseen runs, or mean agreement of the valid answers'),
      'for a single run',
    ),
    share_low: orNull(share('Lower bound of its interval'), 'for too few runs'),
    share_high: orNull(share('Upper bound of its interval'), 'for too few runs'),
    confidence: orNull(share('Confidence level of the interval'), 'without one'),
    needed: share('What `share` must be clear of'),
    n: count('Rows fitted, or captures scored'),
    captures: orNull(count('Captures of the family in the window'), unknown),
    runs: count('Runs that these come from'),
    runs_needed: orNull(
      count('Runs that would settle an open verdict'),
      'when it is settled, or no reasonable number would',
    ),
    newest_input: time('Day of the newest capture behind it'),
    in_sample: orNull(share('Match on the rows that the rule was fitted to'), ofRules),
    baseline: orNull(share('Match of always answering the commonest label'), ofRules),
    lift: orNull(number('`share` less `baseline`', '−1 to 1'), 'of a model, and for a single run'),
    kappa: orNull(number('Agreement beyond chance', '−1 to 1'), 'of a model, and for a single run'),
    balanced_accuracy: orNull(share('Mean recall of the labels'), 'of a model, and for a single run'),
    walk_forward: orNull(
      share('Match of later runs, learned from earlier ones'),
      'of a model, and for too few runs',
    ),
    agreement_of_all: orNull(share('Mean agreement, invalid answers counted as 0'), ofModels),
    invalid_answers: orNull(count('Invalid answers'), ofModels),
    noise_ceiling: orNull(share('Agreement of the agent with itself'), 'where it was not measured'),
    original_usd: orNull(usd('Mean cost of a captured decision'), unknown),
    target_usd: orNull(usd('Mean cost of a decision under the target, by list price'), unknown),
    replayable_per_month: orNull(number('Captures that can be replayed', 'per 30 days'), ofModels),
    decisions_per_month: orNull(number('Decisions of the agent', 'per 30 days'), unknown),
    cost_per_month_usd: orNull(usd('What the agent costs a month'), unknown),
    saving_per_month_usd: orNull(usd('What this rule or model would save of it'), unknown),
    replay_usd: orNull(usd('Price of the answers behind the row'), unknown),
    latency_ms_p50: orNull(number('Median latency of a call', 'ms'), unknown),
    computed_at: time('When it was computed'),
  },
} as const satisfies Table;

/** One row a replay: a capture that was put to a target model. */
export const AGREEMENTS = {
  name: 'agreements',
  schemaVersion: 1,
  partitions: ['run_id'],
  columns: {
    agent_id_base: agent,
    agent_id: text('Agent as captured, with its team or ticker'),
    artifact_key: text('Key of the capture, relative to the corpus'),
    run,
    captured_at: capturedAt,
    original_model: text('Model that decided'),
    target_model: text('Model that the capture was put to'),
    agreement: orNull(share('Likeness of the two decisions, 1 if identical'), 'without a valid answer'),
    valid: orNull(flag('Whether the answer is one that can be acted on'), noAnswer),
    reason: orNull(text('Why there is no score, in a word: `refusal`, `schema_violation`, …'), 'with one'),
    cost_usd: orNull(usd('Price that was paid for the answer, by this run or an earlier one'), unknown),
    list_usd: orNull(usd('Price of the answer in a call of its own'), unknown),
    original_usd: orNull(usd('Cost of the captured call'), unknown),
    input_tokens: orNull(number('Tokens sent', 'tokens'), noAnswer),
    output_tokens: orNull(number('Tokens answered', 'tokens'), noAnswer),
    cache_read_input_tokens: orNull(number('Tokens read from the service’s cache', 'tokens'), noAnswer),
    cache_creation_input_tokens: orNull(number('Tokens written to the service’s cache', 'tokens'), noAnswer),
    latency_ms: orNull(number('Latency of the call', 'ms'), 'where the transport does not tell'),
    served_model: orNull(text('Model that served the answer, as it names itself'), unknown),
    provider: orNull(text('Who ran it'), unknown),
    call_hash: text('Names the call: captures with the same prompt share one, and its price'),
  },
} as const satisfies Table;

const predicted = (rule: string) =>
  orNull(text(`Decision by the ${rule}, fitted without the row’s fold`), 'where the rule was not evaluated');

/** One row a decision. */
export const ROWS = {
  name: 'rows',
  schemaVersion: 1,
  partitions: ['agent', 'run_id'],
  columns: {
    agent_id_base: agent,
    artifact_key: text('Key of the capture that the row comes from, relative to the corpus'),
    row: number('Position among the rows of the capture', 'from 0'),
    run,
    captured_at: capturedAt,
    decision: text('What the agent decided'),
    fold: orNull(
      number('Part of the window that the row is in, oldest first', 'from 0'),
      'where no rule was evaluated',
    ),
    predicted_tree: predicted('greedy tree'),
    predicted_logistic: predicted('logistic regression'),
    predicted_exact: predicted('exact tree'),
  },
} as const satisfies Table;

interface Input {
  readonly name: string;
  readonly levels?: readonly string[];
}

/** The column of an input. */
export function inputColumn(name: string): string {
  return `in_${name}`;
}

/** The columns of an agent's own inputs, by their names. */
export function inputColumns(inputs: readonly Input[]): Columns {
  const named = inputs.map(({ name, levels }): [string, Column] => {
    const meaning = `Input \`${name}\`${levels ? `, one of ${levels.join(', ')}` : ''}`;
    return [inputColumn(name), orNull(levels ? text(meaning) : number(meaning), 'where it is missing')];
  });
  return Object.fromEntries(named);
}

/** Keys, relative to `--out`. */
export function agentsKey(runId: string, job: 'counterfactual' | 'concordance'): string {
  return `_tables/agents/run_id=${runId}/${job}.parquet`;
}

export function agreementsKey(runId: string, model: string): string {
  return `_tables/agreements/run_id=${runId}/${modelSegment(model)}.parquet`;
}

/** The folder of an agent's rows, which are in one file or more: `rowsKey` names them. */
export function rowsFolder(agentId: string, runId: string): string {
  return `_tables/rows/agent=${agentId.replaceAll(':', '-')}/run_id=${runId}/`;
}

export function rowsKey(agentId: string, runId: string, part: number): string {
  return `${rowsFolder(agentId, runId)}part-${part}.parquet`;
}
