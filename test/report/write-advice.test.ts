import { expect, it } from 'vitest';
import { writeAdvice } from '../../src/report/write-advice.ts';
import { openStore } from '../../src/store/open.ts';
import { readJson, temporaryFolder } from '../e2e/program.ts';
import { sampleReport } from './sample.ts';

const SAMPLE = sampleReport({ agents: 3 });

it('names what the newest run of an earlier day advised, whenever it was written', async () => {
  const { path, uri } = await temporaryFolder();
  const write = (runKey: string, windowEnd: string, agents = SAMPLE.agents) =>
    writeAdvice(openStore(uri), { ...SAMPLE, runKey, windowEnd, agents });
  const previousOf = async (runKey: string) =>
    (await readJson(path, `_replay_runs/${runKey}/advice.json`)).agents.map(
      ({ previous }: { previous: object | null }) => previous,
    );
  const [first, ...others] = SAMPLE.agents;
  await write('third', '2026-07-18');
  expect(await previousOf('third')).toEqual([null, null, null]);
  await write('z-first', '2026-07-04');
  await write('second', '2026-07-11', others);
  await write('third', '2026-07-18');
  expect(first).toBeDefined();
  const second = others.map(({ advice: { action } }) => ({ run_key: 'second', action }));
  expect(await previousOf('third')).toEqual([null, ...second]);
  expect(await previousOf('z-first')).toEqual([null, null, null]);
});
