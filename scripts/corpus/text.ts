import { Random } from './random.ts';

const WORDS =
  `margin guidance demand backlog pricing inventory capex buyback leverage churn volume mix order cycle
  revenue estimate consensus revision breadth momentum valuation multiple discount spread liquidity funding regulator
  launch pipeline contract renewal utilisation capacity shipment tariff currency hedge dividend quarter outlook peer
  segment unit cost wage input supply channel customer retention cohort attach rate share gain loss risk catalyst
  management execution balance sheet cash conversion return equity credit tightens eases widens holds improves slows
  accelerates stays ahead of below near expected likely modest strong weak steady mixed visible early late`.split(
    /\s+/,
  );

interface Pool {
  readonly text: string;
  /** Where each sentence begins. */
  readonly starts: readonly number[];
}

/** Sentences to cut prose from: drawing words one by one would cost more than writing the file. */
const POOL: Pool = sentences(96 * 1024);

function sentences(length: number): Pool {
  const random = new Random('prose');
  const starts: number[] = [];
  let text = '';
  while (text.length < length) {
    starts.push(text.length);
    const words = Array.from({ length: random.int(7, 15) }, () => random.pick(WORDS));
    const sentence = words.join(' ');
    text += `${sentence[0]?.toUpperCase()}${sentence.slice(1)}. `;
  }
  return { text, starts };
}

/** Prose of about `length` characters: free of braces, quotes and line breaks. */
export function prose(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    const start = random.pick(POOL.starts);
    text += POOL.text.slice(start, start + length - text.length);
  }
  return text.trimEnd();
}

export function proseList(random: Random, count: number, length: number): string[] {
  return Array.from({ length: count }, () => prose(random, length));
}
