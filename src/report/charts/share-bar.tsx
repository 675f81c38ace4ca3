import { inPercent } from './scale.ts';

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
