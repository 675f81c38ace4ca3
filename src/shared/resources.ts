const CODES = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'ERR_WORKER_INIT_FAILED',
  'ERR_WORKER_OUT_OF_MEMORY',
]);

/** Whether an error says that this process lacks memory or descriptors, for now. Node wraps the errors of imports, and
 * then only the message tells. */
export function lacksResources(error: unknown): boolean {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return CODES.has(String(code)) || /\b(EMFILE|ENFILE|ENOMEM)\b|too many open files/i.test(String(message));
}
