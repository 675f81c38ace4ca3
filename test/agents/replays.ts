import { expect, test } from 'vitest';
import type { AgentFamily, Agreement, Artifact, Original, Replay } from '../../src/agents/family.ts';
import type { JsonObject, JsonValue } from '../../src/shared/json.ts';
import { mutations } from './captures.ts';

function replayOf({ id, replay }: AgentFamily): Replay {
  if (!replay) throw new Error(`${id} is not replayed`);
  return replay;
}

/** The captured decision and its context, as they arrive where they are kept. */
export function originalOf(family: AgentFamily, artifact: Artifact): Original {
  const original = replayOf(family).original(artifact);
  if ('skip' in original) throw new Error(`skipped: ${original.skip}`);
  return overTheWire(original);
}

export function skipOf(family: AgentFamily, artifact: Artifact): string | undefined {
  const original = replayOf(family).original(artifact);
  return 'skip' in original ? original.skip : undefined;
}

/** The decision in an answer, taken the whole way: as text, through the schema, as text again. */
export function decisionOf(family: AgentFamily, answer: unknown, context: JsonValue): JsonValue {
  const { answer: schema, decision } = replayOf(family);
  return overTheWire(decision(schema.parse(overTheWire(answer)), context));
}

/** How near the answer comes to the capture. */
export function compared(family: AgentFamily, artifact: Artifact, answer: unknown): Agreement {
  const { decision, context } = originalOf(family, artifact);
  return replayOf(family).agreement(decision, decisionOf(family, answer, context));
}

/** Where the schema rejects an answer, the path of each place; nothing when it accepts it. */
export function rejected({ replay }: AgentFamily, answer: unknown): string[] {
  const { error } = replay?.answer.safeParse(overTheWire(answer)) ?? {};
  return error?.issues.map(({ path }) => path.join('.')) ?? [];
}

/** As its text arrives: a key `__proto__` is data, an undefined field is absent. */
function overTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** Whatever stands in the capture or in the answer, nothing throws and every score is in its range. */
export function testAnyContent(family: AgentFamily, good: Artifact, goodAnswer: JsonObject): void {
  const { original, agreement, answer, decision } = replayOf(family);

  test('whatever types stand in a capture, it is skipped or agrees with itself', () => {
    let usable = 0;
    for (const mutated of mutations(good)) {
      const found = original(mutated);
      if ('skip' in found) {
        expect(found.skip).toMatch(/^[a-z_]+$/);
        continue;
      }
      usable++;
      expect(overTheWire(found)).toEqual(found);
      expect(checked(agreement(found.decision, found.decision)).score).toBe(1);
      const replayed = decisionOf(family, goodAnswer, found.context);
      checked(agreement(found.decision, replayed));
      expect(agreement(replayed, replayed).score).toBe(1);
    }
    expect(usable).toBeGreaterThan(100);
  });

  test('whatever types stand in an answer, it is rejected or comparable', () => {
    const { decision: captured, context } = originalOf(family, good);
    let accepted = 0;
    for (const { snapshot } of mutations({ ...good, snapshot: goodAnswer, output: goodAnswer })) {
      const result = answer.safeParse(overTheWire(snapshot));
      if (!result.success) continue;
      accepted++;
      const replayed = decision(result.data, context);
      expect(overTheWire(replayed)).toEqual(replayed);
      expect(agreement(replayed, replayed).score).toBe(1);
      checked(agreement(captured, replayed));
    }
    expect(accepted).toBeGreaterThan(50);
  });
}

function checked(agreement: Agreement): Agreement {
  expect(agreement.score).toBeGreaterThanOrEqual(0);
  expect(agreement.score).toBeLessThanOrEqual(1);
  expect(Object.values(agreement.diagnostics).every(Number.isFinite)).toBe(true);
  return agreement;
}
