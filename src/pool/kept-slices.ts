import { z } from 'zod';
import type { AgentFamily, Subject } from '../agents/family.ts';
import { FAMILIES } from '../agents/registry.ts';
import type { Candidate, SliceCandidates } from './candidates.ts';
import type { RowTable, SliceRows } from './extract.ts';
import type { SliceContent } from './load.ts';
import { asKept, type Packed, type Unpacking } from './packing.ts';

/** What a slice is known to be, before its kept content is read. */
interface SliceFacts {
  readonly family: AgentFamily;
  /** Artifacts. */
  readonly size: number;
}

/** How slices of one kind are kept. */
export interface SliceForm<C extends SliceContent> {
  pack(content: C): Packed;
  /** Throws, or gives undefined, for what no reading of the slice could have given. */
  unpack(packed: Unpacking, slice: SliceFacts): C | undefined;
}

const position = z.int().min(0);
const count = z.int().min(0);
const reasons = z.array(z.strictObject({ position, reason: z.string() }));
// Faults of access are never kept.
const failures = z.array(z.strictObject({ position, error: z.string(), kind: z.literal('content') }));

const tokens = z.number().min(0).max(1e12);
const metered = z.array(
  z.strictObject({
    position,
    model: z.string(),
    usage: z.strictObject({
      input_tokens: tokens,
      output_tokens: tokens,
      cache_read_input_tokens: tokens,
      cache_creation_input_tokens: tokens,
    }),
  }),
);

const extracted = z.strictObject({
  failures,
  metered,
  drops: reasons,
  skippedRows: z.array(z.strictObject({ position, counts: z.record(z.string(), count) })),
  tables: z.array(z.strictObject({ subject: z.string(), rows: count, labelTexts: z.array(z.string()) })),
});

/** Of rows by the captured or the original features. */
export function rowForm(featureSet: 'captured' | 'original'): SliceForm<SliceRows> {
  return {
    pack({ size, capturedAt, usd, tables, ...rest }) {
      const heads = tables.map(({ subject, rows, labelTexts }) => ({ subject, rows, labelTexts }));
      const numbers = tables.flatMap(({ features, labels, artifacts }) => [features, labels, artifacts]);
      return { json: { ...rest, tables: heads }, numbers: [capturedAt, usd, ...numbers] };
    },
    unpack(packed, { family, size }) {
      const { tables: heads, ...rest } = asKept(extracted, packed.json);
      const [capturedAt, usd] = [packed.float64(size), costs(packed, size)];
      const tables = heads.map(({ subject: id, rows, labelTexts }): RowTable | undefined => {
        const subject = family[featureSet]?.subjects.find((one) => one.id === id);
        if (!subject) return undefined;
        const features = packed.float64(rows * subject.features.length);
        const labels = packed.int32(rows * subject.labels.length);
        const table = { subject: id, rows, features, labels, labelTexts, artifacts: packed.int32(rows) };
        return isSound(table, subject, size) ? table : undefined;
      });
      packed.end();
      if (!areWithin(size, rest.failures, rest.metered, rest.drops, rest.skippedRows)) return undefined;
      return tables.includes(undefined)
        ? undefined
        : { size, capturedAt, usd, ...rest, tables: tables as RowTable[] };
    },
  };
}

/** Whether rows are such as the subject's family makes of `size` artifacts. */
function isSound(table: RowTable, { features: specs, labels: names }: Subject, size: number): boolean {
  const { features, labels, labelTexts, artifacts } = table;
  const levels = specs.map((spec) => spec.levels?.length);
  return (
    artifacts.every((artifact, row) => artifact >= (artifacts[row - 1] ?? 0) && artifact < size) &&
    // The first label is the decision, which every row has.
    labels.every(
      (code, index) => code >= (index % names.length === 0 ? 0 : -1) && code < labelTexts.length,
    ) &&
    features.every((value, index) => {
      const bound = levels[index % specs.length];
      return (
        bound === undefined || Number.isNaN(value) || (Number.isInteger(value) && value >= 0 && value < bound)
      );
    })
  );
}

/** No call costs or uses so much. */
const MAX_USD = 1e6;

function costs(packed: Unpacking, size: number): Float64Array {
  const usd = packed.float64(size);
  if (usd.some((one) => one < 0 || one > MAX_USD)) throw new RangeError('expected costs');
  return usd;
}

const candidates = z.strictObject({
  failures,
  metered,
  skips: reasons,
  candidates: z.array(
    z.strictObject({
      position,
      original: z.unknown(),
      originalModel: z.string(),
      prompt: z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), bytes: count }),
      expected: z.strictObject({ inputTokens: tokens, outputTokens: tokens }),
    }),
  ),
});

/** Of replayable captures. */
export const candidateForm: SliceForm<SliceCandidates> = {
  pack: ({ size, capturedAt, usd, ...json }) => ({ json, numbers: [capturedAt, usd] }),
  unpack(packed, { family, size }) {
    const read = asKept(candidates, packed.json);
    const [capturedAt, usd] = [packed.float64(size), costs(packed, size)];
    packed.end();
    // Each artifact is one of the three.
    const positions = [read.failures, read.skips, read.candidates].flat().map((one) => one.position);
    if (positions.length !== size || new Set(positions).size !== size) return undefined;
    if (!areWithin(size, read.failures, read.metered, read.skips, read.candidates)) return undefined;
    for (const { original } of read.candidates) family.replay?.form.parse(original);
    if (!family.replay && read.candidates.length > 0) return undefined;
    return { size, capturedAt, usd, ...read, candidates: read.candidates as Candidate[] };
  },
};

function areWithin(size: number, ...lists: (readonly { readonly position: number }[])[]): boolean {
  return lists.every((list) => list.every((one) => one.position < size));
}

/** The family of a slice, by its name: `{day}/{family}/{digest}`. */
export function familyOfSlice(name: string): AgentFamily | undefined {
  const [, id] = name.split('/');
  return FAMILIES.find((family) => family.id === id);
}
