import { NotFoundError, RunError } from '../../src/shared/errors.ts';
import { isObject, type JsonObject } from '../../src/shared/json.ts';
import { openStore } from '../../src/store/open.ts';

/** The envelope of a run that has ended. Throws ReplayError when there is none, or it
 * is an earlier run's: a container that is killed leaves the one before it standing. */
export async function readResult(out: string, key: string, succeeded: boolean): Promise<JsonObject> {
  const store = openStore(out, { create: false });
  try {
    const envelope: unknown = JSON.parse(new TextDecoder().decode(await store.get(key)));
    if (!isObject(envelope)) throw new SyntaxError('no JSON object');
    if (succeeded !== (envelope.status === 'OK' || envelope.status === 'PARTIAL')) {
      throw new RunError(
        `expected the result of this job at ${store.uri}/${key}, found one of an earlier run, ${envelope.status}; see --logs`,
      );
    }
    return envelope;
  } catch (error) {
    const expected = `expected a result object at ${store.uri}/${key}`;
    if (error instanceof NotFoundError) throw new RunError(`${expected}, found none; see --logs`);
    if (error instanceof SyntaxError) throw new RunError(`${expected}, found ${error.message}`);
    throw error;
  } finally {
    store.close();
  }
}
