// Durations and dates as people read them. All durations are milliseconds.

/** `83_000` -> `1:23`, `3_723_000` -> `1:02:03`: a position in a film or a track. */
export function clock(ms: number): string {
  const total = Math.max(0, Math.floor(Number.isFinite(ms) ? ms / 1000 : 0));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** `5_400_000` -> `1 h 30 min`: how long something is. */
export function length(ms: number | undefined): string {
  if (!ms || ms <= 0) return "";
  if (ms < 60_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** What a screen reader says for a position: `1 hour 2 minutes 3 seconds`. */
export function spoken(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const units: [number, string][] = [
    [Math.floor(total / 3600), "hour"],
    [Math.floor((total % 3600) / 60), "minute"],
    [total % 60, "second"],
  ];
  const words = units.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`);
  return words.length > 0 ? words.join(" ") : "0 seconds";
}

/** `2019-05-01` -> `1 May 2019` in the reader's language; anything else is returned unchanged. */
export function day(date: string | undefined, locale?: string): string {
  if (!date) return "";
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
  if (!match) return date;
  const [, year, month, dayOfMonth] = match;
  const value = new Date(Date.UTC(Number(year), Number(month) - 1, Number(dayOfMonth)));
  return value.toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** Seconds since the epoch -> a date and time in the reader's language and zone. */
export function moment(seconds: number | undefined, locale?: string): string {
  if (!seconds) return "";
  return new Date(seconds * 1000).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/** When a film started now will be over: `22:41`. */
export function endsAt(now: Date, remainingMs: number, locale?: string): string {
  const end = new Date(now.getTime() + remainingMs);
  return end.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

/** Seconds since the epoch -> the time of that day: `22:41`. */
export function clockTime(seconds: number, locale?: string): string {
  return new Date(seconds * 1000).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

export function bytes(size: number | undefined): string {
  if (!size) return "";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
