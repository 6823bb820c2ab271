/** A table: columns with headings that sort, and a list of rows. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { List } from './list.jsx';
import { Text } from './text.jsx';

/** One column; `sort` gives what rows are ordered by, if not the text. */
export interface Column {
  readonly name: string;
  /** Share of the width. */
  readonly share: number;
  readonly text: (row: number) => string;
  readonly sort?: (row: number) => number | undefined;
}

interface GridProps {
  readonly label: string;
  readonly rows: readonly number[];
  readonly columns: readonly Column[];
  readonly height?: number;
  readonly onSelect?: (row: number) => void;
}

/** The table, or a word where it is empty. */
export function Grid({ label, rows, columns, height = 320, onSelect }: GridProps): VNode {
  const [order, setOrder] = useState<{ column: number; isDown: boolean } | undefined>(undefined);
  const sorted = useMemo(() => {
    const column = order === undefined ? undefined : columns[order.column];
    if (order === undefined || column === undefined) {
      return rows;
    }
    const sign = order.isDown ? -1 : 1;
    const { sort, text } = column;
    const keyed = rows.map((row) => ({
      row,
      key: sort === undefined ? text(row) : (sort(row) ?? 0),
    }));
    return keyed
      .sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ row }) => row);
    // columns are made anew each time, and always the same of the same rows
  }, [rows, order]);
  if (rows.length === 0) {
    return <p class="none">None.</p>;
  }
  const widths = columns.map(({ share }) => `minmax(0, ${share}fr)`).join(' ');
  return (
    <div class="grid">
      <div class="heads" style={{ gridTemplateColumns: widths }}>
        {columns.map(({ name }, at) => (
          <button
            key={name}
            type="button"
            onClick={() => {
              setOrder({ column: at, isDown: order?.column === at && !order.isDown });
            }}
          >
            {name}
            {order?.column === at ? (order.isDown ? ' ↓' : ' ↑') : ''}
          </button>
        ))}
      </div>
      <List
        label={label}
        count={sorted.length}
        rowHeight={24}
        height={height}
        onSelect={(at) => {
          onSelect?.(sorted[at] ?? 0);
        }}
        render={(at) => (
          <div class="cells" style={{ gridTemplateColumns: widths }}>
            {columns.map(({ name, text }) => (
              <span key={name}>
                <Text of={text(sorted[at] ?? 0)} />
              </span>
            ))}
          </div>
        )}
      />
    </div>
  );
}
