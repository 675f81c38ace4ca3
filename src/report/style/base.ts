/** Colours, type, and the frame of the page. */
export const BASE = `
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
`;
