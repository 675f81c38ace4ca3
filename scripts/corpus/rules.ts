import { planted as entryTriggers } from './executor-entry-triggers.ts';
import { planted as exitRules } from './executor-exit-rules.ts';
import { planted as positionSizer } from './executor-position-sizer.ts';
import { planted as riskGuard } from './executor-risk-guard.ts';
import { planted as icCio } from './ic-cio.ts';
import { planted as macroEconomist } from './macro-economist.ts';
import { planted as sectorPeerReview } from './sector-peer-review.ts';
import { planted as sectorQual } from './sector-qual.ts';
import { planted as sectorQuant } from './sector-quant.ts';
import { planted as thesisUpdate } from './thesis-update.ts';
import { planted as thinkTankTheme } from './thinktank-theme.ts';
import { planted as thinkTankThesis } from './thinktank-thesis.ts';

/** In words, the rule that each family's decisions follow in a made corpus. */
export const plantedRules = {
  ic_cio: icCio,
  macro_economist: macroEconomist,
  sector_quant: sectorQuant,
  sector_qual: sectorQual,
  sector_peer_review: sectorPeerReview,
  thesis_update: thesisUpdate,
  thinktank_thesis: thinkTankThesis,
  thinktank_theme: thinkTankTheme,
  'executor:entry_triggers': entryTriggers,
  'executor:position_sizer': positionSizer,
  'executor:risk_guard': riskGuard,
  'executor:exit_rules:daemon_intraday': exitRules.daemon_intraday,
  'executor:exit_rules:planner': exitRules.planner,
} as const satisfies Readonly<Record<string, string>>;
