/** Figures and what is drawn in them. */
export const CHARTS = `
figure { margin: 1.1rem 0 1.25rem; min-width: 0; }
figcaption { margin-bottom: 0.6rem; max-width: 44rem; }
figcaption strong { display: block; font-weight: 600; }
figcaption .note { display: block; }
.pair-of-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 3rem; }
.courses { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 0 2.5rem; }
.courses figure { margin: 0.4rem 0 0.9rem; }
.courses figcaption { margin-bottom: 0.15rem; font-size: 0.875rem; }
.courses figcaption strong, .courses figcaption .note { display: inline; margin-right: 0.5rem; }
.ends { display: flex; justify-content: space-between; font-size: 0.8125rem; color: var(--muted); margin: 0.1rem 0 0; max-width: none; }
.ends b { color: var(--ink); }
svg text { font: 12px var(--sans); fill: var(--ink); font-variant-numeric: tabular-nums; }
.chart text { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.chart { display: block; overflow: visible; max-width: 44rem; }
.chart .axis, .chart .lesser, .tree .rows { fill: var(--muted); }
.chart .axis { font-size: 11px; }
.chart .value { font-weight: 600; }
.chart .mark { font-size: 11px; fill: var(--muted); }
.grid { stroke: var(--faint); }
.track { stroke: var(--line); }
.interval { fill: var(--band); }
.ceiling { fill: none; stroke: var(--muted); stroke-dasharray: 2 2; }
.dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; }
.tick { stroke: var(--ink); stroke-width: 1.5; }
.threshold { stroke: var(--bad); stroke-width: 1.5; }
.baseline { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 3 3; }
.mini .baseline { stroke-dasharray: none; stroke-width: 2; }
.key-threshold { color: var(--bad); }
.in-sample { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 4 3; fill: var(--paper); }
.in-sample circle { stroke-dasharray: none; }
.unseen-match { stroke: var(--accent); stroke-width: 2; fill: var(--accent); }
.band { fill: var(--band); opacity: 0.55; }
.course { fill: none; stroke: var(--accent); stroke-width: 1.75; vector-effect: non-scaling-stroke; }
.track-fill { fill: var(--faint); }
.fill { fill: var(--accent); }
.tree { display: block; }
@media print { .scrolls { display: none; } }
@media (min-width: 52rem) { .scrolls.levels-1, .scrolls.levels-2 { display: none; } }
@media (min-width: 80rem) { .scrolls.levels-3 { display: none; } }
.tree .link { fill: none; stroke: var(--line); }
.tree .leans { fill: var(--muted); }
.tree .decides { font-weight: 600; fill: var(--accent); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; list-style: none; padding: 0; font-size: 0.8125rem; max-width: none; }
.class-0 { fill: var(--c0); } .class-1 { fill: var(--c1); } .class-2 { fill: var(--c2); }
.class-3 { fill: var(--c3); } .class-4 { fill: var(--c4); } .class-5 { fill: var(--c5); }
.class-6 { fill: var(--c6); } .class-7 { fill: var(--c7); } .class-8 { fill: var(--c8); }
`;
