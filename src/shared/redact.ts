/** Environment variables that hold secrets. */
const SECRETS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'OPENAI_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
];
/** Anything shorter is a placeholder, and may be an ordinary word. */
const MIN_LENGTH = 8;

/** The text without the secrets of the environment: a gateway may echo the key that it was sent. */
export function redact(text: string, env: NodeJS.ProcessEnv = process.env): string {
  return SECRETS.map((name) => env[name]?.trim() ?? '')
    .filter(({ length }) => length >= MIN_LENGTH)
    .reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text);
}
