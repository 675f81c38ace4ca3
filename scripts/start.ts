// `npm start`: the jobs over the committed fixtures, into out/, and what came out of each.
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Envelope, runEnvelope } from '../src/results/found.ts';
import { pageOf } from '../src/terminal/page.ts';
import { summaryLines } from '../src/terminal/summary.ts';

const FIXTURES_END = '2026-07-11T09:00:00Z';
const fixtures = pathToFileURL('fixtures/decision_artifacts').href;
const out = pathToFileURL('out').href;

const RULE_COLUMNS = `
match: share of the rows it was fitted to that the rule, a tree, reproduces
unseen, interval: the same of rows of runs it has not seen, and what that may be
base: share of the commonest decision, which a rule has to beat
needs: runs that would tell where it is not known yet (sector_qual has noise)
the same: whether the tree decides the same: the whole interval above threshold and base
`;
const AGREEMENT_COLUMNS = `
agree, interval: mean agreement with the captured decisions, and what it may be
needs: runs that would tell where it is not known yet
the same: yes where the whole interval is above the threshold
`;

rmSync('out', { recursive: true, force: true });
run('counterfactual');
console.log(RULE_COLUMNS);
const last = run('concordance', '--transport', 'recorded', '--recordings', 'fixtures/recordings');
console.log(AGREEMENT_COLUMNS);
if (last.report_uri) {
  // Beside what is written, where a newcomer looks first: all its links are absolute.
  copyFileSync(new URL(last.report_uri), 'out/report.html');
  console.log('the report: out/report.html, to be opened in a browser');
}

/** Runs a job. On a terminal it shows itself what came of it. */
function run(job: string, ...options: string[]): Envelope {
  const args = [job, '--corpus', fixtures, '--out', out, '--end-time-iso', FIXTURES_END, ...options];
  const { status, stdout } = spawnSync(process.execPath, ['dist/main.js', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) {
    console.error(stdout);
    process.exit(status ?? 1);
  }
  const envelope = runEnvelope.parse(JSON.parse(stdout));
  if (!process.stderr.isTTY) console.log(summaryLines(envelope, pageOf(process.stdout)).join('\n'));
  return envelope;
}
