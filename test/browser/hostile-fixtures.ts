import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { captures, originalModel } from '../e2e/model.ts';
import { FIXTURES, FIXTURES_END, type Json, run, writeObjects } from '../e2e/program.ts';
import { startAnthropic } from '../servers/anthropic.ts';

/** As a text in an artifact, and in a file's name, where a slash has no place. */
export const HOSTILE = `</script></style></title><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
export const HOSTILE_NAME = `<img src=x onerror=window.hacked=1>"'&`;

/** The program over the fixtures, some of whose artifacts have hostile prompts and names, and a model that disagrees.
 * Resolves to the URL of the report. */
export async function reportOverHostileFixtures(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'hostile-'));
  const corpus = join(root, 'corpus');
  await cp(fileURLToPath(FIXTURES), corpus, { recursive: true });
  const theses = captures()
    .filter(({ family, json }) => family === 'thinktank_thesis' && !/dry.run/i.test(JSON.stringify(json)))
    .slice(0, 20)
    .map((one, index) => {
      const full_prompt_context = { system_prompt: '', user_prompt: `Decide. ${HOSTILE} ${index}` };
      const key = one.key.replace(/[^/]+\.json$/, `run${HOSTILE_NAME}${index}.json`);
      return { ...one, key, json: { ...one.json, full_prompt_context } };
    });
  const texts = theses.map(({ key, json }): [string, string] => [key, JSON.stringify(json)]);
  await writeObjects(corpus, {
    ...Object.fromEntries(texts),
    [`2026/07/10/evil${HOSTILE_NAME}/x.json`]: '{}',
    [`2026/07/10/ic_cio/broken${HOSTILE_NAME}.json`]: HOSTILE,
  });
  const disagree = (answer: Json, { key }: { readonly key: string }) =>
    key.includes(HOSTILE_NAME)
      ? { ...answer, stance: answer.stance === 'avoid' ? 'neutral' : 'avoid' }
      : answer;
  const server = await startAnthropic({ answer: originalModel([...theses, ...captures()], disagree) });
  const args = ['--corpus', pathToFileURL(corpus).href, '--out', pathToFileURL(root).href];
  const end = ['--end-time-iso', FIXTURES_END];
  try {
    const agents = ['--agents', 'thinktank_thesis,ic_cio,executor:risk_guard'];
    await run(['counterfactual', ...args, ...end, ...agents]);
    const { envelope } = await run(['concordance', ...args, ...end, ...agents], { env: server.environment });
    return envelope.report_uri;
  } finally {
    await server.close();
  }
}
