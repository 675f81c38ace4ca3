// `npm start`: a year of made-up captures, both jobs over it into out/, and what came of each agent.
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ACTIONS } from '../src/results/advice.ts';
import { type Envelope, runEnvelope } from '../src/results/found.ts';
import { pageOf } from '../src/terminal/page.ts';
import { summaryLines } from '../src/terminal/summary.ts';
import { DEMO_DAYS, DEMO_ENDS, makeDemo } from './demo.ts';

const RULE_COLUMNS = `match: share of the rows it was fitted to that the rule, a tree, reproduces
unseen, interval: the same of rows of runs it has not seen, and what that may be
base: share of the commonest decision, which a rule has to beat
needs: runs that would tell where it is not known yet
the same: whether the tree decides the same: the whole interval above threshold and base
`;
const AGREEMENT_COLUMNS = `agree, interval: mean agreement with the captured decisions, and what it may be
the same: yes where the whole interval is above the threshold
`;

rmSync('out', { recursive: true, force: true });
console.log('1 of 4  making a year of captures under out/demo');
const { corpus, recordings, objects } = await makeDemo('out/demo');
console.log(
  `        ${objects.toLocaleString('en-US')} captures of 13 agents, and a cheaper model's answers`,
);
console.log(
  `2 of 4  counterfactual, as of ${DEMO_ENDS.before.slice(0, 10)}: its rules are tried on later decisions`,
);
run('counterfactual', DEMO_ENDS.before);
console.log(`3 of 4  counterfactual, as of ${DEMO_ENDS.now.slice(0, 10)}`);
const rules = run('counterfactual', DEMO_ENDS.now);
console.log('4 of 4  concordance: the same prompts under a cheaper model\n');
const last = run('concordance', DEMO_ENDS.now, '--transport', 'recorded', '--recordings', recordings);

const page = pageOf(process.stdout);
// Advice is said once, at the end.
console.log([...summaryLines({ ...rules, advice: [] }, page), '', RULE_COLUMNS].join('\n'));
console.log([...summaryLines({ ...last, advice: [] }, page), '', AGREEMENT_COLUMNS].join('\n'));
console.log('What to do about each agent:');
for (const { agent, action, reason, caveats } of last.advice ?? []) {
  console.log(`  ${agent.padEnd(20)}${ACTIONS[action].padEnd(18)}${reason}`);
  for (const caveat of caveats.filter((one) => one.startsWith('Input ')))
    console.log(`${' '.repeat(40)}${caveat}`);
}
if (last.report_uri) {
  // Beside what is written, where a newcomer looks first: all its links are absolute.
  copyFileSync(new URL(last.report_uri), 'out/report.html');
  console.log('\nThe report: out/report.html, to be opened in a browser');
}

/** Runs a job, whose log is shown when it fails. */
function run(job: string, end: string, ...options: string[]): Envelope {
  const stores = ['--corpus', pathToFileURL(corpus).href, '--out', pathToFileURL('out').href];
  const window = ['--end-time-iso', end, '--window-days', `${DEMO_DAYS}`];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/main.js', job, ...stores, ...window, ...options],
    { stdio: ['ignore', 'pipe', process.stderr.isTTY ? 'inherit' : 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) {
    console.error(stderr, stdout);
    process.exit(status ?? 1);
  }
  return runEnvelope.parse(JSON.parse(stdout));
}
