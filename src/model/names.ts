import type { Service } from './endpoint.ts';

/** Prefix of the models that are reached by Chat Completions. */
const OPENAI_PREFIX = 'openai/';

/** The service that a model is reached at. */
export function serviceOf(model: string): Service {
  return model.startsWith(OPENAI_PREFIX) ? 'OPENAI' : 'ANTHROPIC';
}

/** What its service calls a model. */
export function nameOnWire(model: string): string {
  return serviceOf(model) === 'OPENAI' ? model.slice(OPENAI_PREFIX.length) : model;
}
