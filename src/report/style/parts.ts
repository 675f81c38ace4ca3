/** Chips, banners, facts, folds, disagreements. */
export const PARTS = `
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
`;
