// Arithmetic of the windowed poster grid: which cells are on the screen, and where.
//
// Browsers cannot lay out an element higher than some ten million pixels, and a library can be larger than that. Above
// `MAX_HEIGHT` the page is therefore shorter than the grid it stands for, and scroll positions are scaled between the
// two: cells keep their size, scrolling covers more ground.

export const MAX_HEIGHT = 8_000_000;

export interface GridShape {
  columns: number;
  cellWidth: number;
  pictureHeight: number;
  rowHeight: number;
  gap: number;
}

export interface GridWindow {
  /** First and one-past-last index to render. */
  first: number;
  end: number;
  /** Distance of the first rendered row from the top of the (possibly shortened) grid element. */
  offset: number;
}

/** `aspect` is width divided by height of a picture; sizes are CSS pixels. */
export function shape(
  width: number,
  options: { minCell: number; gap: number; rowGap: number; aspect: number; caption: number; minColumns?: number },
): GridShape {
  const fits = Math.floor((width + options.gap) / (options.minCell + options.gap));
  const columns = Math.max(options.minColumns ?? 1, fits, 1);
  const cellWidth = Math.max(1, (width - options.gap * (columns - 1)) / columns);
  const pictureHeight = cellWidth / options.aspect;
  return { columns, cellWidth, pictureHeight, rowHeight: pictureHeight + options.caption + options.rowGap, gap: options.gap };
}

export function rowCount(total: number, columns: number): number {
  return Math.ceil(Math.max(0, total) / columns);
}

export function virtualHeight(grid: GridShape, total: number): number {
  return rowCount(total, grid.columns) * grid.rowHeight;
}

export function physicalHeight(grid: GridShape, total: number): number {
  return Math.min(virtualHeight(grid, total), MAX_HEIGHT);
}

/** Scroll position inside the element -> position inside the grid it stands for. */
export function toVirtual(grid: GridShape, total: number, top: number, viewport: number): number {
  const virtual = virtualHeight(grid, total);
  const physical = physicalHeight(grid, total);
  if (virtual === physical) return top;
  const travel = Math.max(1, physical - viewport);
  return Math.min(1, Math.max(0, top / travel)) * (virtual - viewport);
}

/** The other way round: where to scroll to see that position. */
export function toPhysical(grid: GridShape, total: number, top: number, viewport: number): number {
  const virtual = virtualHeight(grid, total);
  const physical = physicalHeight(grid, total);
  if (virtual === physical) return top;
  return Math.min(1, Math.max(0, top / Math.max(1, virtual - viewport))) * (physical - viewport);
}

/** What to render. `top` is how far the grid element's top lies above the viewport's top (negative: below it). */
export function visible(
  grid: GridShape,
  total: number,
  top: number,
  viewport: number,
  overscanRows: number,
): GridWindow {
  const rows = rowCount(total, grid.columns);
  if (rows === 0) return { first: 0, end: 0, offset: 0 };
  const virtualTop = toVirtual(grid, total, top, viewport);
  const firstRow = Math.min(rows - 1, Math.max(0, Math.floor(virtualTop / grid.rowHeight) - overscanRows));
  const endRow = Math.max(
    firstRow + 1,
    Math.min(rows, Math.ceil((virtualTop + viewport) / grid.rowHeight) + overscanRows),
  );
  return {
    first: firstRow * grid.columns,
    end: Math.min(total, endRow * grid.columns),
    offset: firstRow * grid.rowHeight - virtualTop + top,
  };
}

/** Where to scroll inside the element to bring a cell's row to the top of the viewport. */
export function scrollTo(grid: GridShape, total: number, index: number, viewport: number): number {
  const row = Math.floor(Math.min(Math.max(0, index), Math.max(0, total - 1)) / grid.columns);
  return toPhysical(grid, total, row * grid.rowHeight, viewport);
}

export interface JumpMark {
  label: string;
  index: number;
  size: number;
}

/** Counts by first character, in the order of the list, as positions in the list. */
export function jumpMarks(counts: { title: string; size: number }[], descending = false): JumpMark[] {
  const ordered = descending ? [...counts].reverse() : counts;
  let index = 0;
  return ordered
    .filter((count) => count.size > 0)
    .map(({ title, size }) => {
      const mark = { label: title, index, size };
      index += size;
      return mark;
    });
}

/** Thins marks out to at most `limit`, keeping first and last: a phone has no room for 27 letters. */
export function thin<T>(marks: T[], limit: number): T[] {
  if (limit <= 0) return [];
  if (marks.length <= limit) return marks;
  if (limit === 1) return marks.slice(0, 1);
  const step = (marks.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, i) => marks[Math.round(i * step)] as T);
}
