/** The page as a whole. */
import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
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
import { indexOf, type Index } from './catalogue.js';
import { viewOf } from './view.js';

/** Between two pieces of what is prepared, so that the page answers meanwhile. */
const PAUSE_MS = 4;

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
  const current = useRef(choice);
  current.current = choice;
  const choose = useCallback((change: Partial<Choice>): void => {
    const next = { ...current.current, ...change };
    current.current = next;
    history.replaceState(null, '', hashOf(next));
    setChoice(next);
  }, []);
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
  useEffect(() => prepareSearch(index), [index]);
  const common = { data, index, view, choice, onChoose: choose };
  // the same elements are not drawn again: what is selected changes nothing in them
  const tables = useMemo(() => {
    const section = { data, index, view, onChoose: choose };
    return (
      <>
        <Connections {...section} />
        <Files {...section} />
        <Containers {...section} />
        <Users {...section} />
        <Requests {...section} />
        <Attack {...section} />
        <Rules {...section} />
        <Integrity {...section} />
      </>
    );
  }, [data, index, view, choose]);
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
      {tables}
    </>
  );
}

/** What searching needs is made a little at a time, while nothing else is to be done. */
function prepareSearch({
  alertTexts,
  fileTexts,
  connectionTexts,
  processTexts,
}: Index): () => void {
  const texts = [alertTexts, processTexts, fileTexts, connectionTexts];
  const prepare = (): number =>
    window.setTimeout(() => {
      if (texts.some((each) => each.prepare())) {
        timer = prepare();
      }
    }, PAUSE_MS);
  let timer = prepare();
  return () => {
    clearTimeout(timer);
  };
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
