import { type JsonObject, objectAt, objectsAt } from '../../src/shared/json.ts';

/** What a model must have answered, by family, for production to capture this output. */
export const ANSWER_BEHIND: Readonly<Record<string, (output: JsonObject) => unknown>> = {
  sector_quant: ({ ranked_picks }) => ({ ranked_picks }),
  sector_qual: ({ assessments, additional_candidate }) => ({ assessments, additional_candidate }),
  sector_peer_review: (output) => ({
    selected_tickers: objectsAt(output, 'recommendations').map(({ ticker }) => ticker),
    team_rationale: output.peer_review_rationale,
  }),
  thesis_update: ({ bull_case, bear_case, catalysts, risks, conviction, thesis_summary }) => ({
    bull_case,
    bear_case,
    catalysts,
    risks,
    conviction,
    thesis_summary,
  }),
  macro_economist: ({ macro_report, market_regime, sector_modifiers, sector_ratings }) => ({
    report_md: macro_report,
    market_regime,
    sector_modifiers,
    sector_ratings,
  }),
  ic_cio: (output) => ({
    decisions: objectsAt(output, 'ic_decisions').map((decision) => ({
      ...decision,
      decision: decision.decision === 'ADVANCE_FORCED' ? 'REJECT' : decision.decision,
    })),
  }),
  thinktank_thesis: (output) => objectAt(output, 'thesis'),
  thinktank_theme: (output) => objectAt(output, 'theme'),
};
