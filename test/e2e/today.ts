import { END_DATE } from '../../scripts/corpus/generate.ts';

export const TODAY = new Date().toISOString().slice(0, 10);

const LATER_MS = Date.parse(TODAY) - Date.parse(END_DATE);

/** A key of the same capture, its day moved so that the corpus ends today. */
export function movedToToday(key: string): string {
  return key.replace(/\d{4}\/\d\d\/\d\d/, (day) =>
    new Date(Date.parse(day.replaceAll('/', '-')) + LATER_MS).toISOString().slice(0, 10).replaceAll('-', '/'),
  );
}
