import { between, counted, isNumber, percent, percentFine, runDay } from '../../shared/numbers.ts';
import { truncate } from '../../shared/truncate.ts';
import { Sparkline } from '../charts/courses.tsx';
import type { AgentData, HistoryPoint } from '../data.ts';
import { shortModel } from '../words.ts';
import { type Column, DataTable, Figure } from './parts.tsx';

type Course = ReturnType<typeof coursesOf>[number];

/** How the agent's numbers went over the runs. */
export function HistorySection({ agent }: { readonly agent: AgentData }) {
  const courses = coursesOf(agent);
  const drawn = courses.filter(({ points }) => points.length > 1);
  return (
    <section>
      <h3>Over the runs</h3>
      {drawn.length === 0 ? (
        <p>There is no earlier run to compare with.</p>
      ) : (
        <>
          <div class="courses">
            {drawn.map((course) => (
              <CourseFigure course={course} />
            ))}
          </div>
          <details class="behind">
            <summary>Table</summary>
            <CourseTable id={agent.id} courses={drawn} />
          </details>
        </>
      )}
    </section>
  );
}

function coursesOf({ history, analysis, targets }: AgentData) {
  const threshold = analysis?.evaluation.threshold;
  return [
    { name: 'Match on unseen runs', points: history.unseen, threshold },
    { name: 'Match in sample', points: history.match, threshold },
    ...history.agreement.map(({ model, points }) => ({
      name: `Agreement, ${shortModel(model)}`,
      points,
      threshold: targets.find((target) => target.model === model)?.threshold,
    })),
  ];
}

function CourseFigure({ course: { name, points, threshold } }: { readonly course: Course }) {
  const [first, last] = [points[0] as HistoryPoint, points.at(-1) as HistoryPoint];
  const title = truncate(name, 60);
  const lowest = points.flatMap(({ value, low }) => [value, low ?? value]).filter(isNumber);
  const floor = Math.max(0, Math.floor(Math.min(threshold ?? 1, ...lowest) * 20) / 20);
  const finding = `${title}: ${percent(first.value)} on ${dayOf(first)}, ${percent(last.value)} on ${dayOf(last)}.`;
  return (
    <Figure title={title} note={`${counted(points.length, 'run')}, ${percent(floor)}–100%`}>
      <Sparkline finding={finding} points={points} threshold={threshold} floor={floor} />
      <p class="ends">
        {[first, last].map((point) => (
          <span>
            {dayOf(point)} <b>{percent(point.value)}</b>
          </span>
        ))}
      </p>
    </Figure>
  );
}

function dayOf({ runId }: HistoryPoint): string {
  return runDay(truncate(runId, 20));
}

function CourseTable({ id, courses }: { readonly id: string; readonly courses: readonly Course[] }) {
  const runs = [...new Set(courses.flatMap(({ points }) => points.map(({ runId }) => runId)))].sort();
  return (
    <DataTable
      caption={`Runs of ${truncate(id, 60)}`}
      rows={runs.reverse()}
      columns={[
        ['Run', (run) => runDay(truncate(run, 20))],
        ...courses.map(({ name, points }): Column<string> => {
          const byRun = new Map(points.map((point) => [point.runId, point]));
          return [
            truncate(name, 60),
            (run) => {
              const point = byRun.get(run);
              const value = percentFine(point?.value);
              return point && point.low !== null ? `${value} (${between(point)})` : value;
            },
            'num',
          ];
        }),
      ]}
    />
  );
}
