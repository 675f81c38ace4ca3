import { SINCE } from './calendar.ts';
import type { ModelCall } from './envelope.ts';

/** The prompt file of a family and the model its capture site names when it was not wired. */
interface PromptFile {
  readonly folder: 'sector_team' | 'macro_economist' | 'ic_cio';
  readonly model: string;
  readonly promptId: string;
  readonly template: string;
}

const HAIKU = 'claude-haiku-4-5';
const SONNET = 'claude-sonnet-4-6';

/** Raw templates, as the tracker saw them: holes in single braces, literal braces doubled. */
const FILES = {
  sector_quant: {
    folder: 'sector_team',
    model: HAIKU,
    promptId: 'quant_analyst_user',
    template:
      'You are the quant analyst of the {team_title} team. Date {run_date}, regime {market_regime}.\nUniverse:\n{scanner_block}\nReturn {{"ranked_picks": [{{"ticker": "...", "quant_score": 0}}]}}.',
  },
  sector_qual: {
    folder: 'sector_team',
    model: HAIKU,
    promptId: 'qual_analyst_user',
    template:
      'You are the qualitative analyst of the {team_title} team. Date {run_date}.\nTop five:\n{quant_top5_block}\nPrior theses:\n{prior_theses_block}\nReturn {{"assessments": []}}.',
  },
  sector_peer_review: {
    folder: 'sector_team',
    model: HAIKU,
    promptId: 'peer_review_joint_selection',
    template:
      'Joint selection for {team_title}, regime {market_regime}.\n{candidates_text}\nChoose up to three. Return {{"selected_tickers": [], "team_rationale": ""}}.',
  },
  thesis_update: {
    folder: 'sector_team',
    model: HAIKU,
    promptId: 'sector_team_thesis_update',
    template:
      'Update the thesis of {ticker} ({team_title}), triggers {triggers_text}.\nPrior thesis:\n{prior_thesis_block}\nNews:\n{news_block}\nReturn JSON with {{"conviction": 0}}.',
  },
  macro_economist: {
    folder: 'macro_economist',
    model: SONNET,
    promptId: 'macro_economist_user',
    template:
      'Date {run_date}. Prior report:\n{prior_report}\nMacro data:\n{macro_block}\nReturn {{"report_md": "", "market_regime": "neutral", "sector_modifiers": {{}}}}.',
  },
  ic_cio: {
    folder: 'ic_cio',
    model: SONNET,
    promptId: 'ic_cio_user',
    template:
      'Investment committee, {run_date}, regime {regime}. Slots: {open_slots}.\nCandidates:\n{candidates_text}\nSector ratings:\n{ratings_text}\nPopulation:\n{pop_text}\nExits:\n{exit_text}\nPrior decisions:\n{prior_decisions_block}\nReturn {{"decisions": []}}.',
  },
} as const satisfies Record<string, PromptFile>;

export type ResearchFamily = keyof typeof FILES;

const UNWIRED = 'call site not yet wired through track_llm_cost>';

/** What the capture site of a research family holds for a prompt on `day`: two placeholders, a template with a
 * placeholder system prompt, or, for the single calls of the last weeks, the rendered user prompt. */
export function researchCall(options: {
  readonly family: ResearchFamily;
  readonly agentId: string;
  readonly day: string;
  readonly team?: string;
  /** The user prompt as it was sent. */
  readonly rendered?: () => string;
  /** The tracker had no prompt object at all. */
  readonly unprovided?: boolean;
}): ModelCall {
  const { family, agentId, day } = options;
  const file = FILES[family];
  const single = family === 'macro_economist' || family === 'ic_cio';
  const about = {
    model: file.model,
    runType: 'weekly_research' as const,
    promptId: file.promptId,
    ...(options.team === undefined ? {} : { team: options.team }),
  };
  if (!single && day < SINCE.meteredSectorTeams) {
    return {
      ...about,
      metered: false,
      system: `<see config/prompts/${file.folder}*.txt at run time; ${UNWIRED}`,
      user: `<rendered from input_data_snapshot at run time; ${UNWIRED}`,
    };
  }
  const system = `<system prompt for agent_id='${agentId}' not yet plumbed; see the prompt template files>`;
  if (options.unprovided) {
    return { ...about, metered: true, system, user: `<user prompt for agent_id='${agentId}' not provided>` };
  }
  const rendered = single && day >= SINCE.renderedPrompts ? options.rendered : undefined;
  return { ...about, metered: true, system, user: rendered?.() ?? file.template };
}

/** The think tank's captures carry both prompts as they were sent. */
export function thinkTankCall(system: string, user: string): ModelCall {
  return { model: 'moonshotai/kimi-k2', metered: true, system, user };
}
