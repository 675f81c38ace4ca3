/** On paper: no navigation, folds that matter open, others left out. */
export const PRINT = `
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
