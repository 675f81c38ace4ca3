import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { onAbort, untilAborted } from '../../src/shared/abort.ts';

test('a listener is called once on abort, at once when that has happened, never when removed', () => {
  const controller = new AbortController();
  const calls: string[] = [];
  onAbort(controller.signal, () => calls.push('before'));
  const remove = onAbort(controller.signal, () => calls.push('removed'));
  remove();
  expect(calls).toEqual([]);
  controller.abort();
  onAbort(controller.signal, () => calls.push('after'));
  expect(calls).toEqual(['before', 'after']);
});

test('a promise settles by itself, and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
  await expect(untilAborted(Promise.reject(new Error('its own')), signal)).rejects.toThrow('its own');
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('an abort rejects with its reason, before and while it runs, and a later failure harms nobody', async () => {
  const controller = new AbortController();
  const running = Promise.withResolvers<number>();
  const waiting = untilAborted(running.promise, controller.signal);
  controller.abort(new Error('the reason'));
  await expect(waiting).rejects.toThrow('the reason');
  running.reject(new Error('too late'));
  await expect(untilAborted(Promise.resolve(7), controller.signal)).rejects.toThrow('the reason');
});
