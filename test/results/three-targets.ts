import { captures, originalModel, rendered } from '../e2e/model.ts';
import type { Json } from '../e2e/program.ts';
import { type AnthropicOptions, reply } from '../servers/anthropic.ts';

export const TARGETS = ['claude-haiku-4-5', 'claude-sonnet-5', 'claude-opus-5'] as const;

/** One answer of so many is another one than was captured. */
const EVERY = new Map<string, number>([
  [TARGETS[0], 2],
  [TARGETS[1], 5],
  [TARGETS[2], Number.POSITIVE_INFINITY],
]);

/** Captures of every agent that a model decides, each with a prompt of its own. */
export const CAPTURED = rendered(captures().filter(({ json }) => !/dry.run/i.test(JSON.stringify(json))));

/** Models that part from the captured decisions: the first often, the second now and then, the third never. The agents' own
 * models now and then decide otherwise, too, and the first gives invalid answers. */
export const MODELS: AnthropicOptions = {
  answer: (request) => {
    const sum = [...JSON.stringify(request.messages)].reduce((all, char) => all + char.charCodeAt(0), 0);
    if (request.model === TARGETS[0] && sum % 23 === 0) return reply({ stopReason: 'refusal', content: [] });
    const every = EVERY.get(request.model) ?? 7;
    const differs = sum % every === 0;
    return originalModel(CAPTURED, (answer) => (differs ? otherwise(answer) : answer))(request);
  },
};

/** A valid answer whose decision is another one. */
function otherwise(answer: Json): Json {
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => {
      if (key === 'stance') return [key, value === 'avoid' || value === 'negative' ? 'neutral' : 'avoid'];
      if (key === 'market_regime') return [key, value === 'bear' ? 'bull' : 'bear'];
      if (Array.isArray(value)) return [key, value.slice(1)];
      return [key, typeof value === 'number' ? Math.max(0, value - 40) : value];
    }),
  );
}
