import type { Paint } from '../../src/terminal/page.ts';

/** Leaves every text without a colour. */
export const plain: Paint = (_style, text) => text;
