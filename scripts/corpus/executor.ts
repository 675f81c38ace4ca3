import { clock, type Draft, type Fields } from './envelope.ts';
import type { Provenance } from './making.ts';
import type { Random } from './random.ts';
import { prose } from './text.ts';

/** One call of a rule engine that was captured. */
export interface ExecutorCall {
  readonly making: Provenance;
  readonly random: Random;
  readonly ticker: string;
  /** The date the engine believed in; a simulation's lies far from the partition. */
  readonly runDate: string;
  /** Partition. */
  readonly day: string;
  /** Characters of rule trace behind the reason text; none in ordinary captures. */
  readonly trace: number;
}

/** A reason text with its trace behind it. */
export function reasonText(call: ExecutorCall, reason: string): string {
  return call.trace === 0 ? reason : `${reason} | ${prose(call.random, call.trace)}`;
}

export function executorDraft(
  call: ExecutorCall,
  component: 'entry_triggers' | 'position_sizer' | 'risk_guard' | 'exit_rules',
  fields: { readonly snapshot: Fields; readonly output: Fields; readonly summary: string },
): Draft {
  const { random } = call;
  return {
    agentId: `executor:${component}`,
    runId: `${call.runDate}_${call.ticker}_${random.hex(8)}`,
    day: call.day,
    time: clock(13 * 60 + random.int(35, 400), random.int(0, 59)),
    call: null,
    snapshot: {
      _producer: `alpha-engine.executor.${component}`,
      _producer_version: '1.0.0',
      ...fields.snapshot,
    },
    output: fields.output,
    summary: fields.summary,
  };
}
