import { Refusal } from './refusal.ts';

type Json = Readonly<Record<string, unknown>>;

const KEYS = new Set(
  (
    'model messages max_tokens system tools tool_choice output_config thinking metadata stop_sequences stream ' +
    'service_tier cache_control container context_management inference_geo mcp_servers'
  ).split(' '),
);
const SAMPLING = ['temperature', 'top_p', 'top_k'];

const SCHEMA_KEYS = new Set(
  (
    '$schema $id $ref $defs definitions type title description default enum const anyOf allOf properties ' +
    'required additionalProperties items minItems format'
  ).split(' '),
);
const FORMATS = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));

/** Refuses what the Messages API refuses of a request's body. */
export function checkMessage(body: unknown, models: readonly string[] | undefined): void {
  if (!isObject(body)) refuse('the body is not an object');
  for (const key of Object.keys(body)) {
    if (SAMPLING.includes(key)) refuse(`${key}: this model takes no sampling parameters`);
    if (!KEYS.has(key)) refuse(`${key}: Extra inputs are not permitted`);
  }
  if (typeof body.model !== 'string') refuse('model: Field required');
  if (models && !models.includes(body.model)) throw new Refusal(404, `model: ${body.model}`);
  if (!Number.isInteger(body.max_tokens) || Number(body.max_tokens) < 1) refuse('max_tokens: Field required');
  if (body.stream === true) refuse('stream: this server does not stream');
  checkTurns(body.messages);
  checkText('system', body.system ?? 'none');
  checkTools(body);
  if (isObject(body.output_config) && body.output_config.format !== undefined) {
    checkFormat(body.output_config.format);
  }
}

function checkTurns(turns: unknown): void {
  if (!Array.isArray(turns) || turns.length === 0) refuse('messages: at least one message is required');
  for (const [index, turn] of turns.entries()) {
    if (!isObject(turn) || (turn.role !== 'user' && turn.role !== 'assistant')) {
      refuse(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    }
    checkText(`messages.${index}.content`, turn.content);
  }
  if (turns.at(-1).role !== 'user') refuse('This model does not support assistant message prefill');
}

function checkText(path: string, content: unknown): void {
  if (typeof content === 'string') {
    if (content.trim() === '') refuse(`${path}: text content must contain non-whitespace text`);
  } else if (Array.isArray(content) && content.length > 0) {
    for (const [index, block] of content.entries()) {
      if (!isObject(block)) refuse(`${path}.${index}: Input should be an object`);
      if (block.type === 'text') checkText(`${path}.${index}.text`, block.text);
    }
  } else {
    refuse(`${path}: Input should be a valid string`);
  }
}

function checkTools({ tools, tool_choice: choice }: Json): void {
  if (tools === undefined && choice === undefined) return;
  if (!Array.isArray(tools) || tools.length === 0) refuse('tools: at least one tool is required');
  for (const [index, tool] of tools.entries()) {
    if (!isObject(tool) || !/^[a-zA-Z0-9_-]{1,128}$/.test(String(tool.name))) {
      refuse(`tools.${index}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
    }
    const schema = tool.input_schema;
    if (!isObject(schema) || schema.type !== 'object') {
      refuse(`tools.${index}.input_schema.type: Input should be 'object'`);
    }
    if (tool.strict === true) checkSchema(schema, `tools.${index}.input_schema`);
  }
  if (isObject(choice) && choice.type === 'tool' && !tools.some(({ name }) => name === choice.name)) {
    refuse(`tool_choice: tool '${choice.name}' not found in provided tools`);
  }
}

function checkFormat(format: unknown): void {
  if (!isObject(format) || format.type !== 'json_schema') {
    refuse(`output_config.format.type: Input should be 'json_schema'`);
  }
  checkSchema(format.schema, 'output_config.format.schema');
}

function checkSchema(schema: unknown, path: string): void {
  if (!isObject(schema)) refuse(`${path}: Input should be an object`);
  for (const key of Object.keys(schema)) {
    if (!SCHEMA_KEYS.has(key)) refuse(`${path}: property '${key}' is not supported`);
  }
  const types = [schema.type].flat();
  if ((types.includes('object') || 'properties' in schema) && schema.additionalProperties !== false) {
    refuse(`${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`);
  }
  if ('minItems' in schema && schema.minItems !== 0 && schema.minItems !== 1) {
    refuse(`${path}: For 'array' type, 'minItems' values other than 0 or 1 are not supported`);
  }
  if ('format' in schema && !FORMATS.has(String(schema.format))) {
    refuse(`${path}: format '${schema.format}' is not supported`);
  }
  if ([schema.enum ?? []].flat().some((value) => typeof value === 'object' && value !== null)) {
    refuse(`${path}: complex types in enums are not supported`);
  }
  for (const key of ['properties', '$defs', 'definitions'] as const) {
    for (const [name, inner] of Object.entries(schema[key] ?? {}))
      checkSchema(inner, `${path}.${key}.${name}`);
  }
  for (const key of ['anyOf', 'allOf'] as const) {
    for (const [index, inner] of [schema[key] ?? []].flat().entries()) {
      checkSchema(inner, `${path}.${key}.${index}`);
    }
  }
  if ('items' in schema) checkSchema(schema.items, `${path}.items`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(message: string): never {
  throw new Refusal(400, message);
}
