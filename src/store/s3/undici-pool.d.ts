/** undici's pool without the rest of undici: fetch, caches and mocks take 50 ms to import, in every thread. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  export default Pool;
}
