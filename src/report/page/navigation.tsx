import { ACTIONS } from '../../results/advice.ts';
import type { AgentData } from '../data.ts';
import { SYMBOLS } from './chip.tsx';
import { Name } from './name.tsx';

/** What stands behind the agents. */
const AFTER = Object.entries({ controls: 'Controls', runs: 'Runs', run: 'The run', glossary: 'Glossary' });

export function Navigation({
  agents,
  anchors,
}: {
  agents: readonly AgentData[];
  anchors: readonly string[];
}) {
  return (
    <nav aria-label="Contents">
      <ul>
        <li>
          <a href="#overview">Overview</a>
        </li>
        <li class="nav-agents">
          <ul>
            {agents.map(({ id, advice: { action } }, index) => (
              <li>
                <a href={`#${anchors[index]}`}>
                  <span class={`symbol ${action}`} role="img" aria-label={ACTIONS[action]}>
                    {SYMBOLS[action]}
                  </span>{' '}
                  <Name text={id} max={40} breaks />
                </a>
              </li>
            ))}
          </ul>
        </li>
        {AFTER.map(([id, text]) => (
          <li>
            <a href={`#${id}`}>{text}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
