import type { Analysis } from '../../results/analysis.ts';
import { percent } from '../../shared/numbers.ts';
import { ShareBar } from '../charts/share-bar.tsx';
import { Figure } from './figure.tsx';
import { Name } from './name.tsx';

const MAX_SHOWN = 6;

/** Which inputs the greedy tree's gain comes from. */
export function Importances({ analysis }: { readonly analysis: Analysis }) {
  const all = Object.entries(analysis.feature_importances);
  const used = all.filter(([, share]) => share > 0).sort(([, a], [, b]) => b - a);
  if (used.length === 0)
    return <p class="note">The tree asks nothing: it always says the commonest decision.</p>;
  return (
    <Figure
      title="Where the greedy tree’s gain comes from"
      note={`Shares of the decrease in impurity. ${all.length - used.length} of ${all.length} columns are not used.`}
    >
      <ol class="bars">
        {used.slice(0, MAX_SHOWN).map(([name, share]) => (
          <li>
            <Name text={name} max={60} />
            <span class="num">{percent(share)}</span>
            <ShareBar share={share} />
          </li>
        ))}
      </ol>
      {used.length > MAX_SHOWN && <p class="note">{used.length - MAX_SHOWN} smaller ones are left out.</p>}
    </Figure>
  );
}
