/** Tables: plain ones, the overview, confusion, decisions side by side. */
export const TABLES = `
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
.overview thead th:nth-child(4), .overview thead th:nth-child(5) { text-align: right; }
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
.overview .saving { font-weight: 600; }
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
`;
