import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectionOf, createClient } from '../../../src/model/anthropic/wire.ts';
import { CallTransport } from '../../../src/model/calls/transport.ts';
import { baseUrl } from '../../../src/model/endpoint.ts';
import { RunError, SettingsError } from '../../../src/shared/errors.ts';
import { type AnthropicOptions, startAnthropic } from '../../servers/anthropic.ts';
import { callsOf, Recorder } from '../calls.ts';

const KEY = 'sk-ant-a-secret-key';

afterEach(() => vi.unstubAllEnvs());

/** Makes one call with a key. */
async function ask(options: AnthropicOptions = {}, key = KEY): Promise<Recorder> {
  vi.stubEnv('ANTHROPIC_API_KEY', key);
  const server = await startAnthropic(options);
  const client = await createClient({ ...server.environment, ANTHROPIC_API_KEY: key });
  const recorder = new Recorder({ known: 1 });
  await new CallTransport({ connect: async () => connectionOf(client) })
    .send(callsOf(1), recorder)
    .finally(() => server.close());
  return recorder;
}

describe('the key', () => {
  it('is needed', async () => {
    await expect(createClient({})).rejects.toThrow(/ANTHROPIC_API_KEY, found none; set it, or the secret/);
    await expect(createClient({ ANTHROPIC_API_KEY: ' \n' })).rejects.toBeInstanceOf(RunError);
  });

  it.each(['sk-ab…yz', 'sk-a\nb'])('is refused unsaid when no header may hold it: %j', async (key) => {
    const refused = createClient({ ANTHROPIC_API_KEY: key });
    await expect(refused).rejects.toThrow(/ANTHROPIC_API_KEY, found one with a character that no key has/);
    await expect(refused).rejects.not.toThrow(key);
  });

  it('may have a newline behind it', async () => {
    expect((await ask({}, `${KEY}\n`)).answered).toBe(1);
  });

  it.each([
    ['a bad request', { status: 400, body: { error: { message: `invalid header: ${KEY}` } } }],
    ['a page', { status: 403, body: `<html>your key ${KEY}</html>` }],
    [
      'the answer',
      {
        body: {
          id: '1',
          content: [{ type: 'text', text: KEY }],
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      },
    ],
  ])('that a gateway echoes in %s is redacted', async (_, answer) => {
    const { outcomes } = await ask({ instead: () => answer });
    expect(JSON.stringify(outcomes)).not.toContain(KEY);
    expect(JSON.stringify(outcomes)).toContain('[redacted]');
  });

  it('does not follow a redirection', async () => {
    const keys: unknown[] = [];
    const other = createServer((request, response) => {
      keys.push(request.headers['x-api-key'] ?? request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1/messages`;
    const recorder = await ask({ instead: () => ({ status: 307, headers: { location }, body: '' }) });
    expect([recorder.reasons, keys]).toEqual([['redirected'], []]);
    other.close();
    other.closeAllConnections();
  });
});

describe('the address', () => {
  it("is that of ANTHROPIC_BASE_URL, or the SDK's own", () => {
    expect(baseUrl('ANTHROPIC', { ANTHROPIC_BASE_URL: ' https://gateway.example/v1\n' })).toBe(
      'https://gateway.example/v1',
    );
    expect(baseUrl('ANTHROPIC', { ANTHROPIC_BASE_URL: '' })).toBeUndefined();
    expect(baseUrl('ANTHROPIC', {})).toBeUndefined();
  });

  it.each(['https://user:sesame@gateway.example', 'http://sesame@127.0.0.1:8080/x', 'https://:sesame@host'])(
    'holds no credentials, and its error repeats none: %s',
    (url) => {
      const read = () => baseUrl('ANTHROPIC', { ANTHROPIC_BASE_URL: url });
      expect(read).toThrow(SettingsError);
      expect(read).not.toThrow(/sesame/);
    },
  );

  it.each(['gateway.example', 'ftp://gateway.example', 'http://'])('is one: not %s', (url) => {
    expect(() => baseUrl('ANTHROPIC', { ANTHROPIC_BASE_URL: url })).toThrow(/expected an address such as/);
  });
});
