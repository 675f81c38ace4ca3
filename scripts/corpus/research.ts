import { addDays, SINCE, tradingDayBefore, weekday, weekNumber } from './calendar.ts';
import type { Draft } from './envelope.ts';
import { type CioInput, cioRun } from './ic-cio.ts';
import { type MacroRun, macroRun, weather } from './macro-economist.ts';
import type { Provenance } from './making.ts';
import { Random } from './random.ts';
import { peerRun } from './sector-peer-review.ts';
import { qualRun } from './sector-qual.ts';
import { quantRun } from './sector-quant.ts';
import { thesisUpdate } from './thesis-update.ts';
import { heldNames, TEAMS, type Team } from './universe.ts';

/** Added to the qualitative scores of a week: two harsh weeks starve the committee below its floor, one kind week
 * carries it over its cap. */
const MOODS = [0, 20, -48, 2, -4, 0, 0, -48] as const;

/** Week of the cycle whose Saturday run is driven again on Sunday. */
const REDRIVEN_WEEK = 1;

export interface ResearchRun {
  readonly drafts: readonly Draft[];
  readonly committee: CioInput;
}

/** Whether the macro agent ran: every Saturday, and most Wednesdays as a rerun. */
function hasMacroRun(day: string): boolean {
  return weekday(day) === 6 || (weekday(day) === 3 && weekNumber(day) % 4 !== 3);
}

/** The newest macro run before `day`: what is in force on it. */
export function macroBefore(day: string): { readonly day: string; readonly regime: string } {
  let found = addDays(day, -1);
  while (!hasMacroRun(found)) found = addDays(found, -1);
  return { day: found, regime: weather(found) };
}

/** What the research families captured on `day`: nothing on most days. */
export function researchDay(making: Provenance, day: string): readonly Draft[] {
  if (day < SINCE.macro || day > making.researchUntil || !hasMacroRun(day)) return [];
  if (weekday(day) !== 6 || day < SINCE.research) return [macroRun(making, day, tradingDayBefore(day)).draft];
  return researchRun(making, day).drafts;
}

/** One Saturday run: macro, the six teams, the committee, the held names. In the redriven week some of its
 * decisions are wrong ones, which Sunday's captures of the same run put right. */
export function researchRun(making: Provenance, day: string): ResearchRun {
  const runId = tradingDayBefore(day);
  const redriven = weekNumber(day) % MOODS.length === REDRIVEN_WEEK;
  const drafts: Draft[] = [];
  const record = (right: Draft, wrong: () => Draft, again: boolean) => {
    if (!redriven || !again) return drafts.push(right);
    return drafts.push(wrong(), { ...right, day: addDays(day, 1), time: '14:20:00' });
  };

  const macro = macroRun(making, day, runId);
  record(macro.draft, () => macroRun(making, day, runId, { wrong: true }).draft, true);
  const candidates: CioInput['candidates'][number][] = [];
  for (const team of TEAMS) {
    const { drafts: made, recommendations } = teamRun(making, team, day, runId, macro, record);
    drafts.push(...made);
    candidates.push(...recommendations.map((one) => ({ ...one, team_id: team })));
  }
  const committee: CioInput = { day, runId, macro, candidates };
  record(cioRun(making, committee), () => cioRun(making, committee, { wrong: true }), true);
  const random = new Random(`${making.seed}/thesis_update/${runId}`);
  let first = true;
  for (const team of TEAMS) {
    for (const ticker of heldNames(making.seed, team)) {
      if (!random.chance(making.fullSize ? 0.85 : 0.3)) continue;
      const update = { team, ticker, day, runId };
      record(thesisUpdate(making, update), () => thesisUpdate(making, update, { wrong: true }), first);
      first = false;
    }
  }
  return { drafts, committee };
}

function teamRun(
  making: Provenance,
  team: Team,
  day: string,
  runId: string,
  macro: MacroRun,
  record: (right: Draft, wrong: () => Draft, again: boolean) => void,
) {
  const week = weekNumber(day);
  const turn = (TEAMS.indexOf(team) + week) % TEAMS.length;
  const special = week % MOODS.length === 0;
  const path =
    special && team === 'consumer' ? 'gate' : special && team === 'industrials' ? 'fallback' : undefined;
  const qualifying = path !== undefined ? 5 : turn === 0 ? 2 : turn === 3 && week % 2 === 1 ? 3 : 5;
  const run = { team, day, runId, regime: macro.regime };
  const quant = quantRun(making, { ...run, qualifying });
  record(
    quant.draft,
    () => quantRun(making, { ...run, qualifying }, { wrong: true }).draft,
    team === 'technology' && day >= SINCE.focusList,
  );
  const qual = qualRun(making, {
    ...run,
    quant,
    mood: MOODS[week % MOODS.length] ?? 0,
    addition: qualifying === 2,
    ratings: macro.ratings,
  });
  const peer = peerRun(making, { ...run, quant, qual, ...(path === undefined ? {} : { path }) });
  return { drafts: [qual.draft, peer.draft], recommendations: peer.recommendations };
}
