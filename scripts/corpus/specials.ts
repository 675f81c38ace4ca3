import { addDays, SINCE, tradingDayBefore, weekday } from './calendar.ts';
import { type CorpusObject, type Draft, fieldMarker, snapshotMarker } from './envelope.ts';
import { ENGINE_NAMES, simulated } from './executor-days.ts';
import { cioRun } from './ic-cio.ts';
import type { Provenance } from './making.ts';
import { type ResearchFamily, researchCall } from './prompts.ts';
import { Random } from './random.ts';
import { researchRun } from './research.ts';
import { thinkTankThesis } from './thinktank-thesis.ts';

/** Artifacts a reader must set aside, and objects that are none, around the weeks that end on `end`. Each is taken
 * from an ordinary Saturday run and given a run of its own, so that it takes nobody's place. */
export function specialDrafts(making: Provenance, end: string): Draft[] {
  const { saturday, thursday } = specialDays(end);
  const { drafts, committee } = researchRun(making, saturday);
  const runId = tradingDayBefore(thursday);
  const borrowed = (agentId: string): Draft => {
    const found = drafts.find((draft) => draft.agentId === agentId);
    if (!found) throw new Error(`the run of ${saturday} has no ${agentId}`);
    const team = found.call?.team;
    const call = researchCall({
      family: agentId.split(':')[0] as ResearchFamily,
      agentId,
      day: thursday,
      ...(team === undefined ? {} : { team }),
    });
    return { ...found, day: thursday, runId, call, snapshot: { ...found.snapshot, run_date: runId } };
  };
  return [
    ...truncated(borrowed),
    ...stubs(borrowed),
    ...undecided(borrowed),
    ...unknown(borrowed),
    cioRun(making, { ...committee, day: addDays(thursday, 1), runId: thursday }, { fallback: true }),
    ...ENGINE_NAMES.flatMap((engine, i) =>
      [0, 1].map((n) => simulated(making, 2 * i + n, simulatedDay(end), { engine, trace: 0 })),
    ),
    ...(addDays(end, -4) >= SINCE.thinkTank ? [blankPrompt(making, addDays(end, -4))] : []),
  ];
}

/** The Saturday three weeks before the newest one, and the Thursday after it. */
function specialDays(end: string): { readonly saturday: string; readonly thursday: string } {
  const newest = addDays(end, -((weekday(end) + 1) % 7));
  const saturday = addDays(newest, -21);
  return { saturday, thursday: addDays(saturday, 5) };
}

function simulatedDay(end: string): string {
  return tradingDayBefore(addDays(end, -52));
}

function truncated(borrowed: (agentId: string) => Draft): Draft[] {
  const qual = borrowed('sector_qual:financials');
  const quant = borrowed('sector_quant:defensives');
  return [
    {
      ...qual,
      snapshot: { ...qual.snapshot, news_data_for_top5: fieldMarker('news_data_for_top5', 1_204_331) },
      truncatedAt: 1_322_870,
    },
    {
      ...quant,
      snapshot: { ...quant.snapshot, technical_scores_team: fieldMarker('technical_scores_team', 1_010_220) },
      truncatedAt: 1_050_004,
    },
    { ...borrowed('ic_cio'), snapshot: snapshotMarker(2_400_118), truncatedAt: 2_400_118 },
  ];
}

/** Stub text that a dry run promoted. */
function stubs(borrowed: (agentId: string) => Draft): Draft[] {
  const peer = borrowed('sector_peer_review:healthcare');
  const macro = borrowed('macro_economist');
  return [
    { ...peer, output: { ...peer.output, peer_review_rationale: '[DRY-RUN STUB] no model was called' } },
    { ...macro, output: { ...macro.output, macro_report: '[DRY-RUN] stub macro report' } },
  ];
}

/** Nothing decided: skipped teams, and an analyst that ran into an error. */
function undecided(borrowed: (agentId: string) => Draft): Draft[] {
  return [
    { ...borrowed('sector_quant:consumer'), output: {} },
    { ...borrowed('sector_qual:consumer'), output: {} },
    {
      ...borrowed('sector_quant:industrials'),
      output: {
        team_id: 'industrials',
        ranked_picks: [],
        tool_calls: [],
        iterations: 25,
        error: 'GraphRecursionError: recursion limit of 25 reached',
        partial: false,
      },
    },
  ];
}

function unknown(borrowed: (agentId: string) => Draft): Draft[] {
  return [
    { ...borrowed('sector_quant:technology'), agentId: 'sector_team:technology' },
    {
      ...borrowed('sector_quant:technology'),
      agentId: 'executor:mystery',
      runId: `${borrowed('ic_cio').runId}_BRK-B_0badcafe`,
      call: null,
      snapshot: { _producer: 'alpha-engine.executor.mystery', _producer_version: '1.0.0', ticker: 'BRK-B' },
      output: { outcome: 'unknown' },
    },
  ];
}

function blankPrompt(making: Provenance, day: string): Draft {
  const base = new Random(`${making.seed}/blank`).hex(12);
  return thinkTankThesis(making, { base, ticker: 'BF.B', version: 1, day }, { prompt: 'blank' });
}

/** Objects that are no artifacts: beside the year folders, and inside a day folder without being `.json`. */
export function strayObjects(end: string): CorpusObject[] {
  const { saturday } = specialDays(end);
  const folder = `decision_artifacts/${saturday.replaceAll('-', '/')}`;
  const verdict = JSON.stringify({ judged_agent_id: 'ic_cio', score: 4 });
  return [
    { key: `decision_artifacts/_eval/${saturday}/ic_cio/verdict.json`, body: verdict },
    { key: `decision_artifacts/_cost/${saturday}/ic_cio.jsonl`, body: '{"usd":0.01}\n' },
    { key: `decision_artifacts/_analysis/${saturday}.json`, body: '{}' },
    { key: `decision_artifacts/distillation/${saturday}/batch.json`, body: '{"rows":[]}' },
    { key: `${folder}/ic_cio/${tradingDayBefore(saturday)}.json.tmp`, body: '' },
    { key: `${folder}/_SUCCESS`, body: '' },
  ];
}
