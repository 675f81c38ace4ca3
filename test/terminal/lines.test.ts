import { describe, expect, it } from 'vitest';
import { type Column, labelled, paragraph, tableLines } from '../../src/terminal/lines.ts';
import { plain } from './plain.ts';

const COLUMNS: readonly Column<readonly string[]>[] = [
  ['agent', ([agent = '']) => agent],
  ['rows', ([, rows = '']) => rows],
  ['verdict', ([, , verdict = '']) => verdict, 'left'],
];
const ROWS = [
  ['ic_cio', '142', 'explained'],
  ['executor:position_sizer', '7', 'not'],
];
const page = (width: number) => ({ width, paint: plain });

describe('a table', () => {
  it('aligns numbers to the right and words to the left', () => {
    expect(tableLines(COLUMNS, ROWS, page(80))).toEqual([
      'agent                    rows  verdict',
      'ic_cio                    142  explained',
      'executor:position_sizer     7  not',
    ]);
  });

  it('cuts its first column where the page is narrow', () => {
    expect(tableLines(COLUMNS, ROWS, page(25))).toEqual([
      'agent      rows verdict',
      'ic_cio      142 explained',
      'executor:…    7 not',
    ]);
  });

  it('is not moved by colours', () => {
    const painted = tableLines(COLUMNS, ROWS, { width: 80, paint: (style, text) => `<${style}>${text}</>` });
    expect(painted.map((line) => line.replaceAll(/<\/?\w*>/g, ''))).toEqual(
      tableLines(COLUMNS, ROWS, page(80)),
    );
    expect(painted[0]).toContain('<faint>verdict</>');
  });
});

describe('a paragraph', () => {
  it('breaks between words, and leaves a word that is too long whole', () => {
    expect(paragraph('one two file:///a/long/uri three', { width: 10 })).toEqual([
      'one two',
      '  file:///a/long/uri',
      '  three',
    ]);
  });

  it('stands behind its label', () => {
    expect(labelled('next', 'raise the budget', page(20))).toEqual(['next     raise the', '         budget']);
  });
});
