import { expect, it } from 'vitest';
import { faultsOf } from '../../src/publish/faults.ts';

const failed = { key: 'a', error: 'no' };

it.each([
  [
    'artifacts not read',
    { load_failures: { count: 3, sample: [failed] } },
    { count: 3, where: 'lists.load_failures', first: failed },
  ],
  ['artifacts not read', { load_failures: 3 }, { count: 3, where: 'lists.load_failures' }],
  [
    'rules not fitted',
    { fit_failures: [failed, failed] },
    { count: 2, where: 'summary.fit_failures', first: failed },
  ],
  [
    'files not written',
    { write_failures: [failed] },
    { count: 1, where: 'summary.write_failures', first: failed },
  ],
  ['pieces of work not kept', { not_kept: { count: 4, reason: '403' } }, { count: 4, first: '403' }],
  [
    'metrics not emitted, or their claim not settled',
    { metrics: { error: 'denied' } },
    { where: 'summary.metrics', first: 'denied' },
  ],
  ['controls failed', { controls: { status: 'failed' } }, { first: { status: 'failed' } }],
  ['the budget ended the replays', { budget_stopped: true }, {}],
  ['replays of the noise ceiling', { noise_ceiling: { failures: { count: 1 } } }, { count: 1 }],
])('%s: of %j', (what, summary, facts) => {
  expect(faultsOf(summary)).toEqual([{ what, ...facts }]);
});

it('are none where nothing failed', () => {
  const nothing = { count: 0, sample: [] };
  expect(
    faultsOf({
      load_failures: nothing,
      fit_failures: [],
      write_failures: nothing,
      not_kept: { count: 0, reason: null },
      metrics: { emitted: 3 },
      controls: { status: 'passed' },
      budget_stopped: false,
      noise_ceiling: null,
    }),
  ).toEqual([]);
});
