import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readReport } from '../../src/report/read-report.ts';
import { renderReport } from '../../src/report/render.tsx';
import { openStore } from '../../src/store/open.ts';
import { type Json, temporaryFolder } from '../e2e/program.ts';
import { TARGETS } from '../results/three-targets.ts';

const RUN_ID = '2607110900';
const RESULT = `_replay_runs/${RUN_ID}/concordance.json`;

/** The real run's files with what `change` makes of the result object, and the report on them. */
async function reportOn(change: (result: Json) => void) {
  const { path, uri } = await temporaryFolder();
  await cp(new URL('run', import.meta.url), path, { recursive: true });
  const result = JSON.parse(await readFile(join(path, RESULT), 'utf8'));
  change(result);
  await writeFile(join(path, RESULT), JSON.stringify(result));
  return readReport(openStore(uri), RUN_ID, { corpus: uri });
}

it.each([2, 3])(
  'a report on %i targets shows every agent under each, and differences below zero',
  async (n) => {
    const models = TARGETS.slice(0, n);
    const data = await reportOn(({ summary, lists }) => {
      summary.per_target = summary.per_target.slice(0, n);
      lists.paired_differences = lists.paired_differences.filter(({ second_model }: Json) =>
        models.includes(second_model),
      );
    });
    expect(data.unreadable).toEqual([]);
    expect(data.summaries.map(({ target_model }) => target_model)).toEqual(models);
    expect(data.agents).toHaveLength(8);
    for (const { id, targets } of data.agents) {
      expect(
        targets.map(({ model, found }) => [model, found?.agent_id_base]),
        id,
      ).toEqual(models.map((model) => [model, id]));
    }
    const html = renderReport(data);
    const below = data.concordance?.lists.paired_differences.filter(
      ({ interval }) => (interval?.low ?? 0) < 0,
    );
    expect(below?.length).toBeGreaterThan(n);
    for (const model of models) expect(html).toContain(model);
    expect(html).toMatch(/−\d+\.\d/);
  },
);

it('a row that cannot be read costs that row, and is named', async () => {
  const data = await reportOn(({ lists }) => {
    lists.paired_differences[1].interval.low = -7;
    lists.worst_disagreements[2].agreement = 'none';
  });
  expect(data.concordance?.lists.paired_differences).toHaveLength(23);
  expect(data.concordance?.lists.worst_disagreements?.length).toBe(46);
  expect(data.unreadable).toEqual([
    {
      job: 'concordance',
      key: RESULT,
      error: expect.stringContaining('lists.paired_differences.1.interval'),
    },
    {
      job: 'concordance',
      key: RESULT,
      error: expect.stringContaining('lists.worst_disagreements.2.agreement'),
    },
  ]);
});
