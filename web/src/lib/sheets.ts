// Where the small picture of a moment lies: on which sheet, and where on it.
import type { Sheets } from "../api/types";

export interface Place {
  sheet: number;
  column: number;
  row: number;
  /** How many columns and rows this sheet has: the last one may be smaller. */
  columns: number;
  rows: number;
}

export function placeAt(sheets: Sheets, ms: number): Place | undefined {
  if (sheets.count < 1 || sheets.interval < 1) return undefined;
  const number = Math.min(sheets.count - 1, Math.max(0, Math.floor(ms / sheets.interval)));
  const onSheet = sheets.columns * sheets.rows;
  const sheet = Math.floor(number / onSheet);
  const among = Math.min(onSheet, sheets.count - sheet * onSheet);
  const columns = Math.min(sheets.columns, among);
  const place = number % onSheet;
  return { sheet, column: place % columns, row: Math.floor(place / columns), columns, rows: Math.ceil(among / columns) };
}

/** As CSS has it: 0 for the first of several, 100 for the last. */
export function percent(place: number, of: number): number {
  return of > 1 ? (place / (of - 1)) * 100 : 0;
}
