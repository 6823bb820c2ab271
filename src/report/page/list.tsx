/** A long list of equal rows: only those in sight are made, and on paper all of them up to a bound. */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePrinting } from './printing.js';

/** Rows of one table that are printed; what is beyond is said. */
const MAX_PRINTED = 5000;

/** Made above and below those in sight. */
const SPARE = 6;
/** Browsers lay out no element that is much higher, in px. */
const MAX_LENGTH = 15_000_000;

/** Which of equally high rows are in sight. Lists that would be too long for a browser scroll faster than they are long. */
class Window {
  /** Of the box, and of what scrolls in it, in px. */
  readonly height: number;
  readonly length: number;
  readonly #count: number;
  readonly #rowHeight: number;
  /** How far the rows move for each px that is scrolled. */
  readonly #speed: number;

  constructor(count: number, rowHeight: number, height: number) {
    const whole = count * rowHeight;
    this.#count = count;
    this.#rowHeight = rowHeight;
    this.height = height;
    this.length = Math.min(whole, MAX_LENGTH);
    this.#speed = this.length > height ? (whole - height) / (this.length - height) : 1;
  }

  /** Rows in sight, and where they stand in what scrolls. */
  rows(scrolled: number): readonly { readonly row: number; readonly top: number }[] {
    const at = Math.min(scrolled, Math.max(0, this.length - this.height));
    const hidden = at * this.#speed;
    const first = Math.max(0, Math.floor(hidden / this.#rowHeight) - SPARE);
    const last = Math.min(this.#count, Math.ceil((hidden + this.height) / this.#rowHeight) + SPARE);
    return Array.from({ length: last - first }, (_, place) => ({
      row: first + place,
      top: (first + place) * this.#rowHeight - hidden + at,
    }));
  }

  /** Where to scroll so that the row is in sight. */
  scrollTo(row: number, scrolled: number): number {
    const top = row * this.#rowHeight;
    const hidden = scrolled * this.#speed;
    const wanted = top < hidden ? top : Math.max(hidden, top + this.#rowHeight - this.height);
    return wanted === hidden ? scrolled : wanted / this.#speed;
  }
}

/** What a list needs. */
export interface ListProps {
  /** For those who cannot see it. */
  readonly label: string;
  readonly count: number;
  /** Height of a row, in px. */
  readonly rowHeight: number;
  /** Most that the list is high, in px. */
  readonly height: number;
  readonly render: (row: number) => ComponentChildren;
  readonly isSelected?: (row: number) => boolean;
  readonly onSelect?: (row: number) => void;
  /** For trees: how deep a row is, from 1, and whether it is open. */
  readonly level?: (row: number) => {
    readonly level: number;
    readonly isOpen?: boolean | undefined;
  };
  readonly onToggle?: (row: number, isOpen: boolean) => void;
}

/** Arrows, Page, Home and End move; Enter and the space bar choose; in trees left and right close and open. */
export function List(props: ListProps): VNode {
  const { label, count, rowHeight, height, render, isSelected, onSelect, level } = props;
  const element = useRef<HTMLDivElement>(null);
  const isPrinting = usePrinting();
  const [active, setActive] = useState(0);
  const [scrolled, setScrolled] = useState(0);
  const windowed = new Window(count, rowHeight, Math.min(height, count * rowHeight));
  useEffect(() => {
    setActive((row) => Math.min(row, Math.max(0, count - 1)));
    setScrolled(element.current?.scrollTop ?? 0); // a shorter list may have scrolled by itself
  }, [count]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = stepsOf(props, active, (to) => {
      const row = Math.max(0, Math.min(count - 1, to));
      setActive(row);
      const scrollTo = windowed.scrollTo(row, scrolled);
      if (element.current !== null && scrollTo !== scrolled) {
        element.current.scrollTop = scrollTo;
        setScrolled(scrollTo);
      }
    })[event.key];
    if (step !== undefined && event.target === element.current) {
      event.preventDefault();
      step();
    }
  };
  const isTree = level !== undefined;
  const rowOf = (row: number, top?: number): VNode => {
    const place = level?.(row);
    return (
      <div
        key={row}
        id={`${idOf(label)}-${row}`}
        role={isTree ? 'treeitem' : 'option'}
        aria-selected={isSelected?.(row) === true}
        aria-level={place?.level}
        aria-expanded={place?.isOpen}
        aria-setsize={isTree ? undefined : count}
        aria-posinset={isTree ? undefined : row + 1}
        class={`row${row === active ? ' active' : ''}${isSelected?.(row) === true ? ' selected' : ''}`}
        style={
          top === undefined
            ? undefined
            : { transform: `translateY(${top}px)`, height: `${rowHeight}px` }
        }
        onClick={() => {
          setActive(row);
          onSelect?.(row);
        }}
      >
        {render(row)}
      </div>
    );
  };
  if (isPrinting) {
    const printed = Math.min(count, MAX_PRINTED);
    return (
      <div class="list printed">
        {Array.from({ length: printed }, (_, row) => rowOf(row))}
        {count > printed ? (
          <p class="beyond">{count - printed} more rows are not printed.</p>
        ) : undefined}
      </div>
    );
  }
  return (
    <div
      ref={element}
      class="list"
      role={isTree ? 'tree' : 'listbox'}
      aria-label={label}
      aria-activedescendant={count === 0 ? undefined : `${idOf(label)}-${active}`}
      tabIndex={0}
      style={{ height: `${Math.max(rowHeight, windowed.height)}px` }}
      onKeyDown={onKeyDown}
      onScroll={() => {
        setScrolled(element.current?.scrollTop ?? 0);
      }}
    >
      <div role="presentation" class="spacer" style={{ height: `${windowed.length}px` }}>
        {windowed.rows(scrolled).map(({ row, top }) => rowOf(row, top))}
      </div>
    </div>
  );
}

/** What each key does while a row is `active`. */
function stepsOf(
  { count, height, rowHeight, onSelect, onToggle }: ListProps,
  active: number,
  move: (to: number) => void,
): Readonly<Record<string, () => void>> {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const moving = (to: number) => (): void => {
    move(to);
  };
  const select = (): void => onSelect?.(active);
  const toggling = (isOpen: boolean) => (): void => onToggle?.(active, isOpen);
  return {
    ArrowDown: moving(active + 1),
    ArrowUp: moving(active - 1),
    PageDown: moving(active + page),
    PageUp: moving(active - page),
    Home: moving(0),
    End: moving(count - 1),
    Enter: select,
    ' ': select,
    ArrowRight: toggling(true),
    ArrowLeft: toggling(false),
  };
}

function idOf(label: string): string {
  return label.toLowerCase().replace(/[^a-z]+/g, '-');
}
