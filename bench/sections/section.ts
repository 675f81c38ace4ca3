import type { Report } from '../report.ts';

/** A part of the bench. `quick` asks for as little as shows that it works. */
export type Section = (quick: boolean) => Promise<Report>;
