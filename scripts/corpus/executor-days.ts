import { addDays, isTradingDay, SINCE, UNTIL } from './calendar.ts';
import type { Draft } from './envelope.ts';
import type { ExecutorCall } from './executor.ts';
import { entryTrigger } from './executor-entry-triggers.ts';
import { daemonExit, plannerExit } from './executor-exit-rules.ts';
import { positionSizer } from './executor-position-sizer.ts';
import { riskGuard } from './executor-risk-guard.ts';
import type { Provenance } from './making.ts';
import { Random } from './random.ts';
import { ALL_TICKERS } from './universe.ts';

const ENGINES = {
  entry_triggers: entryTrigger,
  position_sizer: positionSizer,
  risk_guard: riskGuard,
  planner: plannerExit,
  daemon_intraday: daemonExit,
} as const satisfies Record<string, (call: ExecutorCall) => Draft>;

export type Engine = keyof typeof ENGINES;
export const ENGINE_NAMES = Object.keys(ENGINES) as readonly Engine[];

/** Shares of the components in a parameter sweep. */
const SWEEP: Readonly<Record<Engine, number>> = {
  position_sizer: 0.36,
  risk_guard: 0.36,
  planner: 0.22,
  daemon_intraday: 0.04,
  entry_triggers: 0.02,
};

/** What the running executor captured on a trading day. A compact corpus also holds sizer and guard captures that
 * are not simulated, so that these families have ordinary rows; captured volumes have none of them. */
export function executorDay(making: Provenance, day: string): readonly Draft[] {
  if (day < SINCE.executor || !isTradingDay(day)) return [];
  const random = new Random(`${making.seed}/executor/${day}`);
  const planned = day <= UNTIL.planner;
  const counts: Readonly<Record<Engine, number>> = making.fullSize
    ? {
        entry_triggers: random.int(0, 10),
        position_sizer: 0,
        risk_guard: 0,
        planner: planned ? random.int(18, 25) : 0,
        daemon_intraday: planned ? random.int(0, 3) : Number(random.chance(0.1)),
      }
    : {
        entry_triggers: 2,
        position_sizer: planned ? 6 : 0,
        risk_guard: planned ? 6 : 0,
        planner: planned ? 8 : 0,
        daemon_intraday: planned ? 5 : Number(random.chance(0.1)),
      };
  return ENGINE_NAMES.flatMap((engine) =>
    Array.from({ length: counts[engine] }, (_, i) =>
      run(making, engine, `${day}/${i}`, { day, runDate: day, trace: 0 }),
    ),
  );
}

/** One capture of a backtest's parameter sweep: a simulated date long before the partition. */
export function simulated(
  making: Provenance,
  index: number,
  day: string,
  options: { readonly engine?: Engine; readonly trace?: number } = {},
): Draft {
  const random = new Random(`${making.seed}/sweep/${index}`);
  const engine = options.engine ?? random.weighted(SWEEP);
  let runDate = addDays(day, -random.int(30, 700));
  while (!isTradingDay(runDate)) runDate = addDays(runDate, -1);
  return run(making, engine, `sweep/${index}`, {
    day,
    runDate,
    trace: options.trace ?? random.int(3600, 7000),
  });
}

function run(
  making: Provenance,
  engine: Engine,
  place: string,
  call: Pick<ExecutorCall, 'day' | 'runDate' | 'trace'>,
): Draft {
  const random = new Random(`${making.seed}/${engine}/${place}`);
  return ENGINES[engine]({ making, random, ticker: random.pick(ALL_TICKERS), ...call });
}
