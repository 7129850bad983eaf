import { Link, useNavigate } from '@tanstack/react-router';
import type { KeysPlace } from '../../api/keys-place.ts';
import { PATHS } from '../../paths.ts';
import { isPlainClick } from '../../ui/is-plain-click.ts';
import { type ListSort, ListTable } from '../../ui/list-table.tsx';
import { COLUMN_GRID, COLUMN_LOOKS, KEY_COLUMNS } from './key-columns.tsx';
import type { KeyRow } from './to-key-rows.ts';

interface KeysTableProps {
  readonly rows: KeyRow[];
  readonly place: KeysPlace;
  /** The key that one comes back from. */
  readonly at: string | undefined;
  readonly sort: ListSort;
}

/** The rows of the list of keys; each leads to its key. */
export function KeysTable({ rows, place, at, sort }: KeysTableProps) {
  const navigate = useNavigate();
  async function open(keyId: string): Promise<void> {
    // The list keeps its place in its own address, so that "back" comes back to this row.
    await navigate({ to: PATHS.keys, search: { ...place, at: keyId }, replace: true });
    await navigate({ to: PATHS.key, params: { keyId } });
  }
  return (
    <ListTable
      label="Keys"
      rows={rows}
      columns={KEY_COLUMNS}
      idOf={(row) => row.key.keyId}
      grid={COLUMN_GRID}
      looks={COLUMN_LOOKS}
      at={at}
      sort={sort}
      more={false}
      loadingMore={false}
      onMore={doNothing}
      onOpen={(keyId) => void open(keyId)}
      renderRow={(keyId, row) => (
        <Link
          key={keyId}
          {...row}
          to={PATHS.key}
          params={{ keyId }}
          onClick={(event) => isPlainClick(event) && void open(keyId)}
        />
      )}
    />
  );
}

/** All keys are there: there are no more to come. */
function doNothing(): void {}
