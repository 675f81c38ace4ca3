import { setFlagsFromString } from 'node:v8';

/** Does `work` with heaps that may grow to twice what they hold before V8 collects them, in every thread. A heap of
 * limited size is collected when it has grown by half, which is a tenth of the processor's time where much is read. */
export async function withHeapGrowth<T>(work: () => Promise<T>): Promise<T> {
  setFlagsFromString('--heap-growing-percent=100');
  try {
    return await work();
  } finally {
    setFlagsFromString('--heap-growing-percent=0');
  }
}
