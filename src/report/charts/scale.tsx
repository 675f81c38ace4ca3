import { scaleLinear } from 'd3-scale';
import { isNumber, type Range } from '../../shared/numbers.ts';

/** Charts are as wide as the page lets them: what lies along x is in percent of that width, so that text keeps its size. */
const along = scaleLinear().domain([0, 1]).range([0.8, 99.2]).clamp(true);

/** Ticks of a share. */
export const SHARE_TICKS = along.ticks(4).filter((tick) => tick % 0.25 === 0);

/** Where a share in [0, 1] lies along the width. */
export function shareX(share: number): string {
  return inPercent(along(share));
}

/** A width or a place in percent, as an attribute. */
export function inPercent(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}

/** How text at a share is set so that it stays inside. */
export function anchorAt(share: number): 'start' | 'middle' | 'end' {
  return share < 0.2 ? 'start' : share > 0.8 ? 'end' : 'middle';
}

/** The two ends of an interval; null where one is missing. */
export function endsOf(range: Range): readonly [number, number] | null {
  return range && isNumber(range.low) && isNumber(range.high) ? [range.low, range.high] : null;
}

/** A share in [0, 1] as a bar; the number stands beside it. */
export function ShareBar({ share }: { readonly share: number }) {
  const width = Math.min(1, Math.max(0, share)) * 100;
  return (
    <svg class="share-bar" width="100%" height="8" aria-hidden="true">
      <rect class="track-fill" width="100%" height="8" />
      <rect class="fill" width={inPercent(width)} height="8" />
    </svg>
  );
}
