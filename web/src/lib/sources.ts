// What the pages of sources say and send: words for states, flags and refusals, and what a form makes of its fields. Pure.
import type { Named, RemoteOption, RemoteType, Source } from "../api/sources";
import { bytes } from "./time";
import { truthy } from "./values";

/** The kinds that most people have, with what is asked of them first; the rest is under "More options". */
export const COMMON: Record<string, { title: string; hint: string; path: string; first: string[] }> = {
  b2: { title: "Backblaze B2", hint: "A bucket, with a key ID and a key", path: "Bucket", first: ["account", "key"] },
  s3: {
    title: "S3",
    hint: "Amazon, Wasabi, MinIO, Hetzner and others",
    path: "Bucket",
    first: ["provider", "access_key_id", "secret_access_key", "region", "endpoint"],
  },
  webdav: {
    title: "WebDAV",
    hint: "Nextcloud, ownCloud, a NAS",
    path: "Folder on it (may be left out)",
    first: ["url", "vendor", "user", "pass"],
  },
  sftp: {
    title: "SFTP",
    hint: "Any machine that you reach with SSH",
    path: "Folder on it (may be left out)",
    first: ["host", "user", "port", "pass", "key_file"],
  },
};

const LABELS: Record<string, string> = {
  account: "Key ID",
  key: "Application key",
  access_key_id: "Access key ID",
  secret_access_key: "Secret access key",
  url: "Address",
  host: "Host",
  pass: "Password",
  user: "User",
  token: "Token",
  key_file: "Private key file",
};

/** `server_side_encryption` -> `Server side encryption`. */
export function optionLabel(name: string): string {
  const words = name.replaceAll("_", " ");
  return LABELS[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** The first paragraph of what rclone says about an option. */
export function optionHint(option: RemoteOption): string {
  return (option.help.split(/\n\s*\n/)[0] ?? "").replaceAll("\n", " ").trim();
}

/** Whether something that is meant for some services only is meant for this one: `AWS,Minio`, or `!AWS` for all others. */
export function isFor(providers: string | undefined, provider: string): boolean {
  if (!providers) return true;
  const not = providers.startsWith("!");
  const named = (not ? providers.slice(1) : providers).split(",");
  return named.includes(provider) !== not;
}

/** The options of a kind: those to be shown first, and those one rarely needs. */
export function sorted(kind: string, options: RemoteOption[], provider: string): { first: RemoteOption[]; more: RemoteOption[] } {
  const usable = options.filter((one) => isFor(one.provider, provider));
  const wanted = COMMON[kind]?.first;
  const isFirst = (one: RemoteOption) =>
    wanted ? wanted.includes(one.name) || truthy(one.required) : truthy(one.required) || !truthy(one.advanced) || one.name === "token";
  const order = (one: RemoteOption) => (wanted?.includes(one.name) ? wanted.indexOf(one.name) : 99);
  const unique = usable.filter((one, index) => usable.findIndex((other) => other.name === one.name) === index);
  return {
    first: unique.filter(isFirst).sort((one, other) => order(one) - order(other)),
    more: unique.filter((one) => !isFirst(one)),
  };
}

/** Services that are entered with a browser need a token, which rclone gets on a machine that has one. */
export function needsAuthorising(options: RemoteOption[]): boolean {
  const names = new Set(options.map((one) => one.name));
  return names.has("token") && names.has("client_id");
}

export function commonFirst(types: RemoteType[]): { common: RemoteType[]; others: RemoteType[] } {
  const common = Object.keys(COMMON).flatMap((name) => types.filter((one) => one.name === name));
  const others = types.filter((one) => !(one.name in COMMON));
  return { common, others: others.sort((one, other) => one.title.localeCompare(other.title)) };
}

/** A name for a new remote: that of its kind, and a number where it is taken. */
export function remoteName(kind: string, sources: Source[]): string {
  const plain = kind.replace(/[^A-Za-z0-9_-]+/g, "-");
  const taken = new Set(sources.map(remoteOf));
  if (!taken.has(plain)) return plain;
  let number = 2;
  while (taken.has(`${plain}-${number}`)) number += 1;
  return `${plain}-${number}`;
}

export function remoteOf(source: Source): string {
  return source.address.slice(0, source.address.indexOf(":"));
}

export interface FlagWords {
  label: string;
  hint: string;
  risk?: string;
  choices?: string[];
}

/** In the order in which they are shown; what a server has beyond these is shown by its own name. */
export const FLAGS: Record<string, FlagWords> = {
  "vfs-cache-max-size": { label: "Size of the cache", hint: "How much is kept on this machine's disk, such as 20G. A file that is open may exceed it." },
  "vfs-cache-min-free-space": { label: "Kept free on the disk of the cache", hint: "The cache gives way when less is free, such as 1G." },
  "vfs-cache-poll-interval": { label: "How often the cache is looked at", hint: "Such as 1m." },
  "vfs-cache-mode": { label: "What is kept on disk", hint: "Players that jump within a film need full.", choices: ["full", "writes", "minimal", "off"] },
  "buffer-size": { label: "Read ahead", hint: "In memory, for each open file." },
  "dir-cache-time": { label: "How long a listing is believed", hint: "An upload shows when this is over, such as 5m." },
  "read-only": { label: "Read-only", hint: "Nothing can be written or deleted through it." },
  "no-modtime": { label: "Without the times of files", hint: "Spares a request for each file on S3; a changed file is known by its size." },
  "vfs-read-chunk-size": { label: "First piece", hint: "How much is asked for at once when reading begins." },
  "vfs-read-chunk-size-limit": { label: "Largest piece", hint: "Pieces are doubled up to this as reading goes on." },
  contimeout: { label: "Patience for a connection", hint: "Such as 15s." },
  timeout: { label: "Patience for an answer", hint: "Such as 1m." },
  "low-level-retries": { label: "Attempts", hint: "How often a request is tried, 1 to 100." },
  "drive-acknowledge-abuse": { label: "Google Drive: fetch what it calls malware", hint: "" },
  "log-level": { label: "What is logged", hint: "", choices: ["ERROR", "NOTICE", "INFO"] },
  "allow-other": {
    label: "Let every user of the machine see the files",
    hint: "",
    risk: "allow-other: every user of this machine can read the files then, whatever their modes say.",
  },
  "allow-non-empty": {
    label: "Mount over a folder that has files in it",
    hint: "",
    risk: "allow-non-empty: the files that lie there are hidden while it is mounted, and are taken for the source's own whenever it is not.",
  },
};

export function inOrder(flags: Named[]): Named[] {
  const names = Object.keys(FLAGS);
  const order = (one: Named) => (names.includes(one.name) ? names.indexOf(one.name) : 99);
  return [...flags].sort((one, other) => order(one) - order(other));
}

export const isSwitch = (value: string): boolean => value === "true" || value === "false";

export const isDirect = (source: Source): boolean => source.way === "direct";

/** How the files of a source are read, in the words of the form. */
export const WAYS = [
  { way: "mount", words: "Mounted as a folder of this machine" },
  { way: "direct", words: "Read directly, with nothing mounted" },
];

/** Flags that mean nothing when nothing is mounted. */
export const OF_MOUNTS = new Set(["allow-other", "allow-non-empty", "read-only"]);

/** How a source is, in a word and a sentence. */
export function standing(source: Source): { word: string; tone: "good" | "busy" | "bad"; text: string } {
  const reason = source.reason ? sentence(source.reason) : "";
  switch (source.state) {
    case "ready":
      return { word: "Ready", tone: "good", text: "" };
    case "mounting":
      return isDirect(source)
        ? { word: "Starting", tone: "busy", text: "It is being reached. That takes a few seconds." }
        : { word: "Mounting", tone: "busy", text: "It is being mounted. That takes a few seconds." };
    case "away":
      return { word: "Away", tone: "bad", text: `${reason} Its libraries are offline meanwhile, and nothing is taken for deleted.`.trim() };
    case "waiting":
      return { word: isDirect(source) ? "Not reached" : "Not mounted", tone: "bad", text: reason };
    default:
      return { word: "Stopped", tone: "busy", text: reason };
  }
}

function sentence(text: string): string {
  const plain = text.trim();
  return plain && `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${/[.!?]$/.test(plain) ? "" : "."}`;
}

export interface Refusal {
  text: string;
  /** What to do about it. */
  advice: string;
  /** The remote itself said no, or nothing: it may be added all the same. */
  remote: boolean;
}

const ADVICE: [RegExp, string][] = [
  [/refuses the key|unauthor|access.?denied|forbidden/i, "Check the key and its secret, and that it may list this bucket or folder."],
  [/not found|no such bucket|NoSuchBucket|does not exist|doesn't exist/i, "Check the name of the bucket or folder, and its region."],
  [/no such host|server misbehaving/i, "Check the address: the network knows nothing of that name."],
  [/connection refused|no route|unreachable|time-?out|timed out|no answer within|deadline exceeded/i, "Check the address and the port, and that this machine reaches it."],
  [/x509|certificate|tls|http response to https/i, "Check that the address begins with http or https as the server speaks, and that its certificate is trusted here."],
];

/** What the server refuses, and what to do; a remote that was asked is named at the beginning of the message. */
export function refusal(message: string, remote: string): Refusal {
  const asked = remote !== "" && message.toLowerCase().startsWith(`${remote.toLowerCase()}:`);
  const cut = asked ? message.indexOf(": ") : -1;
  const text = sentence(cut < 0 ? message : message.slice(cut + 2));
  const advice = asked ? (ADVICE.find(([pattern]) => pattern.test(text))?.[1] ?? "") : "";
  return { text, advice, remote: asked };
}

/** What of the fields goes to the server: with `before`, only what is otherwise; what is emptied is taken away. */
export function sent(
  prefix: string,
  fields: Record<string, string>,
  before: Record<string, string>,
  secrets: Set<string>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const was = before[name] ?? "";
    if (value === was || (secrets.has(name) && value === "")) continue;
    found[prefix + name] = value;
  }
  return found;
}

export function byName(pairs: Named[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map((one) => [one.name, String(one.value)]));
}

export function dollars(amount: number, locale?: string): string {
  if (amount > 0 && amount < 0.005) return `less than ${dollars(0.01, locale)}`;
  return amount.toLocaleString(locale, { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" });
}

/** A size that may be nothing. */
export function size(count: number | undefined): string {
  return bytes(count) || "nothing";
}

/** Whether a folder lies in another, or is it. */
export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.replace(/\/+$/, "") + "/");
}
