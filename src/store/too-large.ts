import { LoadError } from '../shared/errors.ts';

export function tooLarge(key: string, bytes: number | string, maxBytes: number): LoadError {
  return new LoadError(
    `${key}: expected ${maxBytes} bytes at most, found ${bytes}; no artifact is so large, move it elsewhere`,
  );
}
