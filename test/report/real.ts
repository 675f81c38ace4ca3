import type { AgentData } from '../../src/report/data.ts';
import type { Analysis } from '../../src/results/analysis.ts';
import type { AgentAgreement } from '../../src/results/summary.ts';
import { sampleReport } from './sample.ts';

const { agents } = sampleReport({ agents: 2 });
const { analysis, targets } = agents[1] as AgentData;

/** What the real run found of one agent, whose exact tree is not the greedy one. */
export const REAL_ANALYSIS = analysis as Analysis;
export const REAL_AGREEMENT = targets[0]?.found as AgentAgreement;
