import { expect, it } from 'vitest';
import { diagnose, factsOf } from '../../../src/store/s3/diagnosis.ts';

const lookup = (code: string) =>
  diagnose(factsOf(Object.assign(new Error(`getaddrinfo ${code} host`), { code, syscall: 'getaddrinfo' })));

it.each(['EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EBUSY', 'ECANCELED', 'EIO', 'ESERVFAIL', 'EMFILE'])(
  'a name that cannot be looked up, %s, is of the run and passes',
  (code) => {
    expect(lookup(code)).toMatchObject({ of: 'run', passes: true, isOverloaded: true });
  },
);

it('a name that does not exist does not pass', () => {
  expect(lookup('ENOTFOUND')).toMatchObject({ of: 'run', passes: false });
});
