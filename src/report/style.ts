import { BASE } from './style/base.ts';
import { CHARTS } from './style/charts.ts';
import { PARTS } from './style/parts.ts';
import { PRINT } from './style/print.ts';
import { TABLES } from './style/tables.ts';

/** The style of the page. It holds no double quote, ampersand or less-than sign, which would be escaped in the document:
 * its hash stands in the content security policy. */
export const STYLE = [BASE, PARTS, TABLES, CHARTS, PRINT].join('');
