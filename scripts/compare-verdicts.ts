import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { CorpusObject } from './corpus/envelope.ts';
import { END_DATE, generateCorpus } from './corpus/generate.ts';
import { type NoisyCorpus, noisyCorpus } from './corpus/noisy.ts';
import { writeCorpus } from './corpus/write.ts';
import { render } from './simulate/table.ts';

const USAGE = `Compares verdicts and limits of two builds: does a change of the fits move them?

  node scripts/compare-verdicts.ts DIST_BEFORE DIST_AFTER [--corpora N] [--artifacts N]

  --corpora N    corpora of 30 to 60 runs of three agents, at many kinds of noise (40); an hour of one core
  --artifacts N  one more corpus, of so many artifacts at captured sizes

It exits with 1 when a verdict differs, or a limit moves by more than 0.005.`;

const MOST = 0.005;
const TREE = 'rules.tree.verdict';
const VERDICTS = ['explained', 'not_explained', 'inconclusive'];

type Facts = ReadonlyMap<string, number | string>;

interface Corpus extends Omit<NoisyCorpus, 'objects'> {
  readonly name: string;
  readonly objects: Iterable<CorpusObject>;
}

/** A verdict or a limit in both builds; its place ends with its path in `evaluation`. */
interface Fact {
  readonly agent: string;
  readonly place: string;
  readonly was: number | string;
  readonly is: number | string | undefined;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { corpora: { type: 'string', default: '40' }, artifacts: { type: 'string' } },
});
const [before, after] = positionals;
if (before === undefined || after === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const facts: Fact[] = [];
  for (const corpus of corpora()) facts.push(...(await compare(corpus, before, after)));
  const differing = facts.filter(({ was, is }) => was !== is && !(distance(was, is) <= MOST));
  const findings = [{ text: `verdicts are equal, limits within ${MOST}`, holds: differing.length === 0 }];
  process.stdout.write(render({ ...table(facts), findings }));
  process.stdout.write(differing.map(({ place, was, is }) => `${place}: ${was}, then ${is}\n`).join(''));
  process.exitCode = differing.length === 0 ? 0 : 1;
}

function* corpora(): Generator<Corpus> {
  for (let index = 0; index < Number(values.corpora); index += 1) {
    yield { name: `1/${index}`, ...noisyCorpus(`1/${index}`) };
  }
  if (values.artifacts === undefined) return;
  const objects = generateCorpus({ artifacts: Number(values.artifacts) });
  yield { name: 'captured sizes', objects, end: END_DATE, days: 56 };
}

/** A number that only one build publishes is not compared, a tree's verdict always is. */
async function compare({ name, objects, end, days }: Corpus, ...builds: readonly string[]): Promise<Fact[]> {
  const folder = mkdtempSync(join(tmpdir(), 'compare-verdicts-'));
  writeCorpus(objects, join(folder, 'corpus'));
  const flags = [`--corpus=file://${folder}/corpus`, '--no-report', '--metrics=none', '--threads=1'];
  flags.push(`--end-time-iso=${end}T23:00:00Z`, `--window-days=${days}`);
  const found = builds.map(async (build, index) => {
    const out = join(folder, String(index));
    const args = [join(build, 'main.js'), 'counterfactual', ...flags, `--out=file://${out}`];
    await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
    return new Map(globSync(join(out, '_counterfactual*/*/[0-9]*.json')).map(evaluationIn));
  });
  const [older, newer] = (await Promise.all(found)) as [Map<string, Facts>, Map<string, Facts>];
  rmSync(folder, { recursive: true });
  process.stderr.write(`${name}: ${[...older.keys()].join(', ')}\n`);
  return [...older].flatMap(([agent, facts]) =>
    [...facts].flatMap(([path, was]) => {
      const is = newer.get(agent)?.get(path);
      return is === undefined && path !== TREE ? [] : [{ agent, place: `${name} ${agent} ${path}`, was, is }];
    }),
  );
}

function evaluationIn(file: string): [string, Facts] {
  const { agent_id_base, evaluation } = JSON.parse(readFileSync(file, 'utf8'));
  return [agent_id_base, new Map(factsIn(evaluation ?? {}))];
}

function factsIn(value: object, path = ''): [string, number | string][] {
  return Object.entries(value).flatMap(([key, inner]): [string, number | string][] => {
    if (inner !== null && typeof inner === 'object') return factsIn(inner, `${path}${key}.`);
    return ['verdict', 'low', 'high'].includes(key) ? [[path + key, inner]] : [];
  });
}

function distance(was: number | string, is: number | string | undefined): number {
  return Math.abs(Number(is) - Number(was));
}

function table(facts: readonly Fact[]) {
  const rows = [...Map.groupBy(facts, ({ agent }) => agent)].sort().map(([agent, some]) => {
    const trees = some.filter(({ place }) => place.endsWith(` ${TREE}`));
    const limits = some.filter(({ was }) => typeof was === 'number');
    const verdicts = some.filter(({ was }) => typeof was === 'string');
    const counts = VERDICTS.map((verdict) => trees.filter(({ is }) => is === verdict).length);
    const changed = verdicts.filter(({ was, is }) => was !== is).length;
    const most = Math.max(0, ...limits.map(({ was, is }) => distance(was, is))).toFixed(4);
    return [agent, ...counts, verdicts.length, changed, limits.length, most];
  });
  const columns = ['agent', ...VERDICTS, 'verdicts compared', 'differ', 'limits compared', 'move by at most'];
  return { title: 'Verdicts of trees, and what differs of all rules', columns, rows };
}
