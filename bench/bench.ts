// `npm run bench`: what the program takes, beside what could be had, in tables on stdout.
import { parseArgs } from 'node:util';
import { killAll } from './child.ts';
import { machine } from './machine.ts';
import { type Report, showBars, showReport } from './report.ts';
import { say } from './say.ts';
import { boot } from './sections/boot.ts';
import { fits } from './sections/fits.ts';
import { jobs } from './sections/jobs.ts';
import { reads } from './sections/reads.ts';
import type { Section } from './sections/section.ts';

const SECTIONS: Readonly<Record<string, Section>> = { reads, jobs, fits, boot };

const USAGE = `npm run bench [-- SECTION…] [-- --quick]

  SECTION   ${Object.keys(SECTIONS).join(', ')}; all of them by default
  --quick   little of everything, in under a minute: shows that it works, not how fast it is

Measures the built program: build it first. Corpora are kept under .bench/ for the next time.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  const unknown = positionals.find((name) => !(name in SECTIONS));
  if (values.help || unknown) {
    process.stderr.write(`${unknown ? `no section ${unknown}\n\n` : ''}${USAGE}\n`);
    process.exitCode = unknown ? 2 : 0;
    return;
  }
  const wanted = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
  const quick = values.quick ? ' **Quick: too little was measured to mean anything.**' : '';
  print(`${machine()}.${quick}`);
  const reports: Report[] = [];
  for (const name of wanted) {
    say(name);
    const report = await (SECTIONS[name] as Section)(values.quick);
    reports.push(report);
    print(showReport(report));
  }
  print(showBars(reports.flatMap(({ bars }) => bars)));
}

function print(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killAll();
    process.exit(130);
  });
}
process.on('exit', killAll);
try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  // What still runs would keep this process alive.
  killAll();
}
