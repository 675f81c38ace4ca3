import { executorEntryTriggers } from './executor-entry-triggers.ts';
import { executorExitRules } from './executor-exit-rules.ts';
import { executorPositionSizer } from './executor-position-sizer.ts';
import { executorRiskGuard } from './executor-risk-guard.ts';
import type { AgentFamily } from './family.ts';
import { icCio } from './ic-cio.ts';
import { macroEconomist } from './macro-economist.ts';
import { sectorPeerReview } from './sector-peer-review.ts';
import { sectorQual } from './sector-qual.ts';
import { sectorQuant } from './sector-quant.ts';
import { thesisUpdate } from './thesis-update.ts';
import { thinktankTheme } from './thinktank-theme.ts';
import { thinktankThesis } from './thinktank-thesis.ts';

/** Every known family, in the order in which a run reports them. */
export const FAMILIES: readonly AgentFamily[] = [
  sectorQuant,
  sectorQual,
  sectorPeerReview,
  thesisUpdate,
  macroEconomist,
  icCio,
  thinktankThesis,
  thinktankTheme,
  executorEntryTriggers,
  executorPositionSizer,
  executorRiskGuard,
  executorExitRules,
];

const BY_ID: ReadonlyMap<string, AgentFamily> = new Map(FAMILIES.map((family) => [family.id, family]));

export const familyIds: readonly string[] = [...BY_ID.keys()];

/** The family that an agent id belongs to. Teams and tickers stand behind the family in an id; the executor's
 * components do too, but each is a family of its own. */
export function familyOf(agentId: string): AgentFamily | undefined {
  const [first = '', second = ''] = agentId.split(':');
  return BY_ID.get(first === 'executor' ? `${first}:${second}` : first);
}
