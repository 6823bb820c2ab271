/** The page as a whole. */
import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Alerts } from './alerts.jsx';
import type { Data } from './data.js';
import { Detail } from './detail.jsx';
import { Incidents, Unseen } from './first.jsx';
import { Filters } from './filters.jsx';
import { spansOf } from './scale.js';
import { Attack } from './attack.jsx';
import { Connections } from './connections.jsx';
import { Integrity } from './integrity.jsx';
import { Containers, Files, Requests, Rules, Users } from './tables.jsx';
import { choiceOf, hashOf, isRestricted, NOTHING_CHOSEN, type Choice } from './state.js';
import { Timeline } from './timeline.jsx';
import { Tree } from './tree.jsx';
import { indexOf, viewOf } from './view.js';

/** Everything below the head. */
export function App({ data }: { readonly data: Data }): VNode {
  const [choice, setChoice] = useState<Choice>(() => choiceOf(location.hash));
  const index = useMemo(() => indexOf(data), [data]);
  const spans = useMemo(() => spansOf(data), [data]);
  const { selected, all, ...restriction } = choice;
  const view = useMemo(
    () => viewOf(data, index, choice),
    [data, index, JSON.stringify(restriction)],
  );
  const choose = (change: Partial<Choice>): void => {
    const next = { ...choice, ...change };
    history.replaceState(null, '', hashOf(next));
    setChoice(next);
  };
  useEffect(() => {
    const follow = (): void => {
      setChoice(choiceOf(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  useKeys(choose);
  const common = { data, index, view, choice, onChoose: choose };
  return (
    <>
      {data.restriction === '' ? undefined : <p class="restriction">{data.restriction}</p>}
      <Unseen data={data} />
      <Incidents {...common} />
      <section aria-labelledby="when">
        <div class="bar">
          <h2 id="when">When</h2>
        </div>
        <Timeline {...common} spans={spans} />
        <Filters
          {...common}
          isRestricted={isRestricted(choice)}
          onReset={() => {
            choose({ ...NOTHING_CHOSEN, selected, all });
          }}
        />
      </section>
      <div class="split">
        <Tree {...common} spans={spans} />
        <Alerts {...common} />
      </div>
      <Detail {...common} />
      <Connections {...common} />
      <Files {...common} />
      <Containers {...common} />
      <Users {...common} />
      <Requests {...common} />
      <Attack {...common} />
      <Rules {...common} />
      <Integrity {...common} />
    </>
  );
}

/** `/` goes to the search, Escape forgets what is selected. */
function useKeys(choose: (change: Partial<Choice>) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (event.key === '/' && !isTyping) {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('#search')?.focus();
      } else if (event.key === 'Escape') {
        choose({ selected: '' });
      }
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
    };
  });
}
