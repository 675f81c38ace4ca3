import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CorpusOptions, FIXTURES, generateCorpus } from './corpus/generate.ts';
import { writeRecordings } from './corpus/recordings.ts';
import { writeCorpus } from './corpus/write.ts';

const USAGE = `Makes a corpus of captured decisions: every family, each following a planted rule.

  npm run corpus -- --artifacts N --out DIR [--seed S] [--end-date YYYY-MM-DD] [--days N] [--noise P]
  npm run corpus -- --fixtures [--out DIR]

  --artifacts N  exactly N artifacts at captured sizes, most of them a parameter sweep's
  --out DIR      where the year folders go (what --corpus file:///DIR reads); must be new or empty
  --seed S       same seed, same bytes (1)
  --end-date D   newest day (2026-07-11)
  --days N       window ending on that day (56)
  --noise P      share of model decisions that break their rule, 0 to 1 (0)
  --fixtures     the small committed corpus, written anew (to fixtures/decision_artifacts), and recorded answers
                 of a cheaper model (to recordings beside it)`;

class UsageError extends Error {}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      artifacts: { type: 'string' },
      out: { type: 'string' },
      seed: { type: 'string' },
      'end-date': { type: 'string' },
      days: { type: 'string' },
      noise: { type: 'string' },
      fixtures: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const started = performance.now();
  const folder = values.fixtures ? fixturesFolder(values.out) : newFolder(values.out);
  const options: CorpusOptions = values.fixtures
    ? FIXTURES
    : {
        artifacts: number('--artifacts', values.artifacts, { least: 1, whole: true }),
        ...(values.seed === undefined ? {} : { seed: values.seed }),
        ...(values['end-date'] === undefined ? {} : { endDate: date(values['end-date']) }),
        ...(values.days === undefined
          ? {}
          : { days: number('--days', values.days, { least: 1, whole: true }) }),
        ...(values.noise === undefined
          ? {}
          : { noise: number('--noise', values.noise, { least: 0, most: 1 }) }),
      };
  const written = writeCorpus(generateCorpus(options), folder);
  const recorded = values.fixtures ? await writeRecordings(folder, join(folder, '..', 'recordings')) : 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${written.objects} objects, ${(written.bytes / 1e6).toFixed(1)} MB, ${seconds} s: ${folder}\n`,
  );
  if (recorded > 0) process.stdout.write(`${recorded} recorded answers beside it\n`);
}

/** The committed fixtures are replaced; any other folder must be new. */
function fixturesFolder(out: string | undefined): string {
  if (out !== undefined) return newFolder(out);
  const folder = join(import.meta.dirname, '..', 'fixtures', 'decision_artifacts');
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

/** Refuses a folder that holds something: a corpus mixed from two is no corpus. */
function newFolder(out: string | undefined): string {
  if (out === undefined) throw new UsageError('--out DIR is missing');
  if (existsSync(out) && readdirSync(out).length > 0) throw new UsageError(`--out ${out} is not empty`);
  return out;
}

function number(
  flag: string,
  text: string | undefined,
  limits: { readonly least: number; readonly most?: number; readonly whole?: boolean },
): number {
  const value = Number(text?.trim() || Number.NaN);
  const inside = value >= limits.least && value <= (limits.most ?? Number.MAX_SAFE_INTEGER);
  if (!inside || (limits.whole && !Number.isInteger(value))) {
    const range =
      limits.most === undefined ? `from ${limits.least}` : `from ${limits.least} to ${limits.most}`;
    throw new UsageError(
      `${flag} must be a ${limits.whole ? 'whole ' : ''}number ${range}, got ${text ?? 'nothing'}`,
    );
  }
  return value;
}

function date(text: string): string {
  const time = Date.parse(text);
  if (
    !/^\d{4}-\d{2}-\d{2}$/.test(text) ||
    Number.isNaN(time) ||
    new Date(time).toISOString().slice(0, 10) !== text
  ) {
    throw new UsageError(`--end-date must be a day such as 2026-07-11, got ${text}`);
  }
  return text;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (!usage) throw error;
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
