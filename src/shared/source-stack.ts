import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where a stack's line is: the file, as Node prints it, its line and column. */
const PLACE = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;

/** A stack whose places in built files became those in the source, by the maps beside them. Node can do the same, but
 * then reads every map at each start. */
export function sourceStack(stack: string): string {
  return stack.replace(PLACE, (place, url: string, line: string, column: string) => {
    try {
      const map = new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${url}.map`), 'utf8')));
      const origin = map.findOrigin(Number(line), Number(column));
      return 'fileName' in origin
        ? `${new URL(origin.fileName, url)}:${origin.lineNumber}:${origin.columnNumber}`
        : place;
    } catch {
      return place;
    }
  });
}
