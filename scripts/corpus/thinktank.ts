import { addDays, isTradingDay, SINCE, tradingDayBefore } from './calendar.ts';
import type { Draft } from './envelope.ts';
import type { Provenance } from './making.ts';
import { Random } from './random.ts';
import { macroBefore } from './research.ts';
import { type ThemeInput, thinkTankTheme } from './thinktank-theme.ts';
import { thinkTankThesis } from './thinktank-thesis.ts';
import { ALL_TICKERS, SECTORS } from './universe.ts';

/** What the think tank captured on `day`: theses of the names whose turn it is, and themes when the weekly
 * analysis is new or something happened. */
export function thinkTankDay(making: Provenance, day: string): readonly Draft[] {
  if (day < SINCE.thinkTank || !isTradingDay(day)) return [];
  const base = new Random(`${making.seed}/thinktank/${day}`).hex(12);
  return [...theses(making, base, day), ...themes(making, base, day)];
}

function theses(making: Provenance, base: string, day: string): Draft[] {
  const covered = new Random(`${making.seed}/coverage`)
    .shuffled(ALL_TICKERS)
    .slice(0, making.fullSize ? 60 : 20);
  const perDay = making.fullSize ? 12 : 8;
  const first = (turnOf(day) - 1) * perDay;
  return Array.from({ length: perDay }, (_, i) => {
    const turn = first + i;
    const ticker = covered[turn % covered.length] ?? 'AAPL';
    return thinkTankThesis(making, { base, ticker, version: 1 + Math.floor(turn / covered.length), day });
  });
}

/** Seeded on the first day, reconciled on the first trading day after a macro run; else an event of the macro
 * theme, which is only ever written when it changed something. */
function themes(making: Provenance, base: string, day: string): Draft[] {
  const turn = turnOf(day);
  const macro = macroBefore(day);
  const fresh = tradingDayBefore(day) <= macro.day;
  const reason: ThemeInput['reason'] = turn === 1 ? 'seed' : fresh ? 'reconcile' : 'event';
  const keys = reason === 'event' ? ['macro'] : ['macro', ...SECTORS];
  return keys.map((key) =>
    thinkTankTheme(making, {
      base,
      kind: key === 'macro' ? 'macro' : 'sector',
      key,
      version: turn,
      day,
      reason,
      regime: macro.regime,
      anchor: tradingDayBefore(macro.day),
    }),
  );
}

/** 1 on the think tank's first day, then one more on every trading day. */
function turnOf(day: string): number {
  let turn = 0;
  for (let at: string = SINCE.thinkTank; at <= day; at = addDays(at, 1)) turn += Number(isTradingDay(at));
  return turn;
}
