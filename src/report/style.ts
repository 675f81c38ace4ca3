/** The style of the page. It holds no double quote, ampersand or less-than sign, which would be escaped in the document:
 * its hash stands in the content security policy. */
export const STYLE = `
/* Colours, type, and the frame of the page. */
:root {
  color-scheme: light dark;
  --paper: #fdfcfa; --wash: #f4f1ec; --line: #d8d3ca; --faint: #ebe7e0;
  --ink: #1d1c1a; --muted: #5f5b54; --accent: #1d5688;
  --good: #1c6844; --doubt: #825000; --bad: #a3291f;
  --good-wash: #e6f1ea; --doubt-wash: #f8efdc; --bad-wash: #fae7e3; --accent-wash: #e4edf5;
  --band: #a9c3da;
  --c0: #2f6690; --c1: #d0832c; --c2: #5a9367; --c3: #96578d; --c4: #82b4c9; --c5: #b5a136; --c6: #8c6a4f; --c7: #d394a6; --c8: #9b9890;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  --serif: 'Iowan Old Style', Charter, 'Palatino Linotype', Georgia, serif;
  --mono: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16171a; --wash: #1f2125; --line: #3b3d42; --faint: #292b30;
    --ink: #e9e6e0; --muted: #a8a49c; --accent: #8cbbe6;
    --good: #7fcb9f; --doubt: #e3b564; --bad: #f4978c;
    --good-wash: #1b3226; --doubt-wash: #352a14; --bad-wash: #3d2120; --accent-wash: #1c2f41;
    --band: #33536f;
    --c0: #6ea6d3; --c1: #d99a4e; --c2: #7ab487; --c3: #bd84b5; --c4: #4f8499; --c5: #b8a84d; --c6: #a98769; --c7: #b0707f; --c8: #77746d;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; max-width: 88rem; padding: 0 1.5rem 4rem;
  background: var(--paper); color: var(--ink);
  font: 0.9375rem/1.5 var(--sans); font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.2vw, 2rem); letter-spacing: -0.01em; }
h2 { font-size: 1.65rem; margin-bottom: 0.75rem; }
h3 { font-size: 1.2rem; margin: 2.25rem 0 0.6rem; }
p { margin: 0 0 0.6rem; max-width: 44rem; text-wrap: pretty; }
ul { margin: 0 0 0.8rem; padding-left: 1.2rem; max-width: 44rem; }
ul.plain { padding-left: 0; list-style: none; }
li { margin-bottom: 0.2rem; }
a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main:focus { outline: none; }
code { font: 0.85em var(--mono); background: var(--wash); padding: 0.1em 0.3em; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--paper); padding: 0.5rem 1rem; z-index: 2; }
.skip:focus { top: 0.5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a.term { color: inherit; text-decoration: underline dotted; }
.small, .note { font-size: 0.8125rem; line-height: 1.45; color: var(--muted); }
.note code { color: var(--ink); }
.measure { max-width: 44rem; }
.sub { display: block; font-size: 0.8125rem; color: var(--muted); }
.masthead { padding: 1.25rem 0 0; border-bottom: 3px solid var(--ink); margin-bottom: 1.25rem; }
.masthead .facts { font-size: 0.875rem; }
.kicker { color: var(--muted); font-size: 0.8125rem; margin-bottom: 0.5rem; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
main { min-width: 0; }
nav ul { list-style: none; padding: 0; margin: 0; }
nav { font-size: 0.875rem; }
nav a { text-decoration: none; }
.nav-agents a { display: flex; gap: 0.4rem; }
nav a:hover { text-decoration: underline; }
nav .symbol { flex: 0 0 1.1em; text-align: center; }
nav > ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.nav-agents { display: none; }
@media (min-width: 70rem) {
  .columns { grid-template-columns: 11.5rem minmax(0, 1fr); gap: 2.5rem; }
  nav { position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem); overflow-y: auto; }
  nav > ul { display: block; }
  nav > ul > li { margin-bottom: 0.5rem; }
  .nav-agents { display: block; border: solid var(--line); border-width: 1px 0; padding: 0.5rem 0; }
}
footer { border-top: 3px solid var(--ink); margin-top: 4rem; padding-top: 1.5rem; }
@media (max-width: 40rem) { body { padding: 0 1rem 3rem; } }

/* Chips, banners, facts, folds, disagreements. */
.chip {
  display: inline-block; font: 600 0.8125rem/1.4 var(--sans); white-space: nowrap;
  padding: 0.1rem 0.5rem; border-radius: 0.2rem; color: var(--muted); background: var(--faint);
}
.chip.replace, .chip.switch { color: var(--accent); background: var(--accent-wash); }
.chip.keep { color: var(--good); background: var(--good-wash); }
.chip.wait, .chip.stale, .chip.do_not_act { color: var(--doubt); background: var(--doubt-wash); }
.symbol.replace, .symbol.switch { color: var(--accent); }
.symbol.keep { color: var(--good); }
.symbol.wait, .symbol.stale, .symbol.do_not_act { color: var(--doubt); }
.symbol.not_measured { color: var(--muted); }
.banner { max-width: none; padding: 0.6rem 0.9rem; border-left: 4px solid; margin-bottom: 1rem; font-size: 0.875rem; }
.banner.good { border-color: var(--good); background: var(--good-wash); }
.banner.doubtful { border-color: var(--doubt); background: var(--doubt-wash); }
.banner.bad { border-color: var(--bad); background: var(--bad-wash); font-size: 1rem; }
.banner.good strong { color: var(--good); }
.banner.doubtful strong { color: var(--doubt); }
.banner.bad strong { color: var(--bad); }
.standfirst p { font: 1.0625rem/1.5 var(--serif); margin-bottom: 0.5rem; max-width: none; }
.standfirst ul { display: flex; flex-wrap: wrap; gap: 0.35rem 1.25rem; list-style: none; padding: 0; max-width: none; }
.key { max-width: none; }
.headline { font-weight: 600; }
.caveat, .warning { color: var(--doubt); }
.verdict { font: 1.0625rem/1.45 var(--serif); }
.missing { color: var(--muted); font-style: italic; }
.facts { display: flex; flex-wrap: wrap; gap: 0.75rem 2.5rem; margin: 1rem 0 0.75rem; }
.facts div { max-width: 26rem; }
.terms div:target { background: var(--accent-wash); outline: 0.4rem solid var(--accent-wash); }
.facts dt, .terms dt { font-size: 0.8125rem; color: var(--muted); }
.facts dd, .terms dd { margin: 0; }
.terms { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1.25rem 2.5rem; margin: 1rem 0 0; }
.terms dt { font: 600 1rem var(--serif); color: var(--ink); margin-bottom: 0.2rem; }
.terms dd { font-size: 0.875rem; }
.not-measured { border-top: 1px solid var(--line); margin-top: 2rem; }
.not-measured h3 { margin-top: 1.25rem; }
.not-measured ul { max-width: 52rem; }
.agent, #controls, #runs, #run { border-top: 3px solid var(--ink); margin-top: 4rem; padding-top: 1.25rem; }
.agent h2 { font-size: 1.9rem; }
.line-up { display: flex; flex-wrap: wrap; gap: 0.3rem 0.75rem; align-items: baseline; max-width: 52rem; }
.line-up .headline { font: 600 1.0625rem/1.4 var(--serif); }
.decision { border-left: 2px solid var(--line); padding-left: 0.9rem; }
.pair { white-space: normal; }
.pair::after { content: ' · '; color: var(--muted); }
.pair:last-child::after { content: ''; }
details { margin: 0.5rem 0 0.9rem; max-width: 100%; }
summary { cursor: pointer; width: fit-content; max-width: 100%; color: var(--accent); padding: 0.15rem 0; }
.behind { margin: 0.25rem 0 0; }
.behind summary { font-size: 0.8125rem; }
.disagreement { border-top: 1px solid var(--line); padding: 0.9rem 0 0.5rem; margin-top: 0.6rem; }
pre {
  font: 0.78125rem/1.5 var(--mono); white-space: pre-wrap; margin: 0 0 0.75rem; padding: 0.6rem 0.8rem;
  background: var(--wash); max-height: 26rem; overflow: auto;
}
.files { columns: 22rem auto; column-gap: 2.5rem; max-width: none; list-style: none; padding: 0; font-size: 0.875rem; }
.files a { font: 0.8125rem var(--mono); text-decoration: none; }
.files a:hover { text-decoration: underline; }
.bars { list-style: none; margin: 0; padding: 0; }
.bars li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; margin-bottom: 0.55rem; font-size: 0.875rem; }
.bars svg { grid-column: 1 / -1; }

/* Tables: plain ones, the overview, confusion, decisions side by side. */
.scroll { overflow-x: auto; margin: 0 0 0.9rem; position: relative; }
table { border-collapse: collapse; font-size: 0.8125rem; line-height: 1.4; }
.scroll > table { min-width: min(100%, 34rem); }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; font-weight: 400; max-width: 22rem; overflow-wrap: break-word; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--faint); }
.num { text-align: right; white-space: nowrap; }
thead .num { white-space: normal; }
td .sentence, .path, .path span { display: block; min-width: 13rem; }
tbody th .name { white-space: nowrap; }
.name.long, tbody th .name.long, .overview th .name { white-space: normal; overflow-wrap: anywhere; }
td .name.long, th .name.long { display: inline-block; min-width: 16ch; }
.overview { width: 100%; font-size: 0.875rem; table-layout: fixed; }
.scroll > .overview { min-width: 50rem; }
.overview thead th { padding-top: 0; }
.overview tbody tr > * { border-top: 1px solid var(--line); padding-top: 0.45rem; padding-bottom: 0.35rem; max-width: none; }
.overview p { margin: 0 0 0.15rem; max-width: none; line-height: 1.35; }
.overview th .name { display: block; font: 600 1rem/1.3 var(--serif); margin-bottom: 0.35rem; overflow-wrap: anywhere; min-width: 0; }
.overview th:nth-child(1) { width: 17%; }
.overview th:nth-child(2) { width: 24%; }
.overview th:nth-child(3) { width: 29.5%; }
.overview th:nth-child(4) { width: 8.5%; }
.overview th:nth-child(5) { width: 7.5%; }
.overview th:nth-child(6) { width: 13.5%; }
.overview .num .sub { white-space: normal; }
@media (min-width: 52rem) { .overview .day { white-space: nowrap; } }
.overview b { font-weight: 600; }
.mini-line { display: grid; grid-template-columns: 5.2rem minmax(3rem, 1fr) 7.4rem; gap: 0.4rem; align-items: center; margin-bottom: 0.2rem; }
.mini-name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.mini-line .num { color: var(--ink); }
.confusion td, .confusion th { padding: 0.35rem 0.6rem; }
.confusion thead th { max-width: 8rem; }
.confusion td { min-width: 3.2rem; }
.confusion .right { outline: 2px solid var(--accent); outline-offset: -2px; }
.heat-0 { color: var(--muted); }
.heat-1 { background: color-mix(in srgb, var(--accent) 8%, var(--paper)); }
.heat-2 { background: color-mix(in srgb, var(--accent) 16%, var(--paper)); }
.heat-3 { background: color-mix(in srgb, var(--accent) 24%, var(--paper)); }
.heat-4 { background: color-mix(in srgb, var(--accent) 32%, var(--paper)); }
.heat-5 { background: color-mix(in srgb, var(--accent) 40%, var(--paper)); }
.diff { width: 100%; table-layout: fixed; margin: 0.4rem 0 0.5rem; }
.diff th { padding: 0.2rem 0.6rem; }
.diff td { font: 0.78125rem/1.5 var(--mono); white-space: pre-wrap; padding: 0 0.6rem; overflow-wrap: anywhere; max-width: none; text-indent: -1.9em; padding-left: 2.5em; }
.diff tbody tr + tr > * { border-top: 0; }
.diff td + td, .diff th + th { border-left: 1px solid var(--line); }
.diff .same { color: var(--muted); }
.diff .del { background: var(--bad-wash); }
.diff .ins { background: var(--good-wash); }
@media screen and (max-width: 52rem) {
  .overview, .overview tbody, .overview tr, .overview th, .overview td { display: block; width: auto; max-width: none; padding-right: 0; }
  .overview thead { display: none; }
  .overview tbody tr { border-top: 1px solid var(--line); padding: 0.9rem 0; }
  .overview tbody tr > * { border: 0; padding: 0 0 0.5rem; }
  .scroll > .overview { min-width: 0; }
  .overview tr > th:nth-child(1) { width: auto; }
  .overview .minis { width: auto; max-width: 28rem; }
  .overview td[data-head]::before { content: attr(data-head); display: block; font-size: 0.75rem; font-weight: 400; color: var(--muted); }
  .overview td.num { text-align: left; }
  .diff, .diff thead, .diff tbody, .diff tr, .diff td, .diff th { display: block; width: auto; }
  .diff td + td, .diff th + th { border-left: 0; }
  .diff .void, .diff .same + .same { display: none; }
}

/* Figures and what is drawn in them. */
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

/* On paper: no navigation, folds that matter open, others left out. */
@page { margin: 16mm 14mm; }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 9.5pt; background: none; print-color-adjust: exact; }
  nav, .skip { display: none; }
  .columns { display: block; }
  a { color: inherit; text-decoration: none; }
  .agent { break-before: page; border-top: 0; margin-top: 0; }
  #controls, #runs, #run { break-before: page; }
  h2, h3, figcaption, summary { break-after: avoid; }
  figure, tr, .disagreement { break-inside: avoid; }
  .scroll { overflow: visible; }
  .scroll > table, .scroll > .overview { min-width: 0; max-width: 100%; font-size: 7.5pt; }
  .overview .small, .overview th .name, .chip { font-size: 7.5pt; }
  th, td, td .name, th .name, td .sub, td .small, .files a { font-size: 7.5pt; }
  .name.long, td a.name, th a.name { overflow-wrap: anywhere; }
  .overview .chip { font-size: 6.5pt; padding: 0.1rem 0.25rem; }
  .mini-line { grid-template-columns: 3.4rem minmax(2.5rem, 1fr) 5.4rem; }
  .overview .minis { padding-right: 1.5rem; }
  td .name.long, th .name.long, td .sentence, .path, .path span { min-width: 0; }
  .num { white-space: normal; }
  .tree { width: 100%; height: auto; max-height: 24cm; }
  details { display: none; }
  details.print { display: block; }
  details.print::details-content { content-visibility: visible; block-size: auto; }
  details.print summary { list-style: none; color: inherit; font-weight: 600; }
  pre { max-height: none; }
}
`;
