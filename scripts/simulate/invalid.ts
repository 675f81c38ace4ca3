import { claimAgreement } from '../../src/replay/concordance/agreement-verdict.ts';
import { Random } from '../../src/statistics/random.ts';
import { beta } from './draws.ts';
import { percent, type Section } from './table.ts';

const THRESHOLD = 0.9;

/** Runs, answers a run, share of invalid answers, and how alike the answers of a run are in that. Valid ones agree. */
const LINES: readonly (readonly [number, number, number, number])[] = [
  [30, 5, 0.6, 0],
  [30, 5, 0.2, 0.3],
  [30, 5, 0.1, 0],
  [30, 5, 0.1, 0.3],
  [60, 5, 0.1, 0],
  [60, 5, 0.1, 0.3],
  [60, 5, 0.02, 0.1],
  [60, 5, 0, 0],
];

/** Answers of which some are invalid and all others agree: can the model stand in? */
export function invalidAnswers(seed: string, samples: number): Section {
  let most = 0;
  const rows = LINES.map(([runs, size, invalid, alike]) => {
    const count = { interchangeable: 0, not: 0, inconclusive: 0 };
    for (let sample = 0; sample < samples; sample += 1) {
      const random = new Random(`${seed}/${runs}/${invalid}/${alike}/${sample}`);
      const scores = Array.from({ length: runs }, (_, run) => {
        const chance = beta(random, 1 - invalid, alike);
        return Array.from({ length: size }, () => ({
          cluster: String(run),
          value: Number(random.unit() < chance),
        }));
      });
      count[claimAgreement(scores.flat(), { threshold: THRESHOLD, level: 0.95 }).verdict] += 1;
    }
    const shares = Object.values(count).map((found) => found / samples);
    if (1 - invalid <= THRESHOLD) most = Math.max(most, shares[0] as number);
    return [runs, size, percent(invalid), alike, ...shares.map(percent)];
  });
  return {
    title: `Answers that agree unless they are invalid, ${samples} samples a line`,
    columns: ['runs', 'answers a run', 'invalid', 'correlation', 'interchangeable', 'not', 'inconclusive'],
    rows,
    findings: [
      {
        text: `with one of ten invalid or more, interchangeable at 0.9 in at most 4.5 % of any line (${percent(most)})`,
        holds: most <= 0.045,
      },
    ],
  };
}
