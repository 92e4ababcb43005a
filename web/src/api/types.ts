// The JSON of the API as far as this application reads it. Servers mix numbers, booleans and strings in attributes
// ("1", 1, true), so identifiers and flags are read through `lib/values.ts`, never compared directly.

export type Id = string | number;
export type Flag = boolean | number | string;

export interface Tag {
  tag: string;
  id?: Id;
  filter?: string;
  role?: string;
  thumb?: string;
}

export interface Stream {
  /** In kbit/s. */
  bitrate?: number;
  id: Id;
  streamType: number;
  codec?: string;
  index?: number;
  key?: string;
  language?: string;
  languageCode?: string;
  languageTag?: string;
  displayTitle?: string;
  extendedDisplayTitle?: string;
  title?: string;
  default?: Flag;
  selected?: Flag;
  forced?: Flag;
  hearingImpaired?: Flag;
  profile?: string;
  level?: number;
  bitDepth?: number;
  channels?: number;
  width?: number;
  height?: number;
  colorTrc?: string;
  DOVIPresent?: Flag;
}

export interface Chapter {
  id?: Id;
  index?: number;
  tag?: string;
  title?: string;
  startTimeOffset: number;
  endTimeOffset: number;
  thumb?: string;
}

export interface Marker {
  type: string;
  startTimeOffset: number;
  endTimeOffset: number;
  final?: Flag;
}

export interface Part {
  id: Id;
  key: string;
  duration?: number;
  file?: string;
  size?: number;
  container?: string;
  /** `sd` where there are small pictures along it. */
  indexes?: string;
  Stream?: Stream[];
}

/** How small pictures along a file lie on sheets, row by row. */
export interface Sheets {
  /** Milliseconds between two pictures. */
  interval: number;
  count: number;
  columns: number;
  rows: number;
  /** Of one picture. */
  width: number;
  height: number;
  Sheet: { key: string }[];
}

export interface Media {
  id: Id;
  duration?: number;
  bitrate?: number;
  width?: number;
  height?: number;
  aspectRatio?: number | string;
  audioChannels?: number;
  audioCodec?: string;
  audioProfile?: string;
  videoCodec?: string;
  videoProfile?: string;
  videoResolution?: string;
  videoFrameRate?: string;
  container?: string;
  title?: string;
  Part?: Part[];
  // photographs
  make?: string;
  model?: string;
  lens?: string;
  aperture?: string;
  exposure?: string;
  iso?: number | string;
}

export interface UltraBlurColors {
  topLeft: string;
  topRight: string;
  bottomRight: string;
  bottomLeft: string;
}

export interface Image {
  type: string;
  url: string;
  alt?: string;
}

export interface Item {
  ratingKey: string;
  key: string;
  guid?: string;
  type: string;
  subtype?: string;
  title: string;
  titleSort?: string;
  originalTitle?: string;
  editionTitle?: string;
  tagline?: string;
  summary?: string;
  studio?: string;
  contentRating?: string;
  year?: number;
  index?: number;
  parentIndex?: number;
  originallyAvailableAt?: string;
  addedAt?: number;
  duration?: number;
  viewOffset?: number;
  viewCount?: number;
  lastViewedAt?: number;
  leafCount?: number;
  viewedLeafCount?: number;
  childCount?: number;
  rating?: number;
  audienceRating?: number;
  userRating?: number;
  thumb?: string;
  art?: string;
  composite?: string;
  parentKey?: string;
  parentRatingKey?: string;
  parentTitle?: string;
  parentThumb?: string;
  grandparentKey?: string;
  grandparentRatingKey?: string;
  grandparentTitle?: string;
  grandparentThumb?: string;
  librarySectionID?: Id;
  librarySectionTitle?: string;
  extraType?: Id;
  deletedAt?: number;
  Media?: Media[];
  Genre?: Tag[];
  Director?: Tag[];
  Writer?: Tag[];
  Country?: Tag[];
  Role?: Tag[];
  Style?: Tag[];
  Mood?: Tag[];
  Chapter?: Chapter[];
  Marker?: Marker[];
  Image?: Image[];
  UltraBlurColors?: UltraBlurColors | UltraBlurColors[];
  Extras?: { size?: number; Metadata?: Item[] };
  OnDeck?: { Metadata?: Item | Item[] };
  Children?: { size?: number; Metadata?: Item[] };
}

export interface Location {
  id?: Id;
  path: string;
}

export interface Directory {
  key: string;
  title: string;
  type?: string;
  size?: number;
  fastKey?: string;
  thumb?: string;
  tag?: string;
  filter?: string;
  librarySectionID?: Id;
  librarySectionTitle?: string;
}

export interface Section extends Directory {
  key: string;
  type: string;
  agent?: string;
  metadataAgentProviderGroupId?: number;
  scanner?: string;
  language?: string;
  uuid?: string;
  refreshing?: Flag;
  scannedAt?: number;
  composite?: string;
  Location?: Location[];
}

export interface Hub {
  hubIdentifier: string;
  key?: string;
  hubKey?: string;
  title: string;
  type: string;
  size?: number;
  more?: Flag;
  Metadata?: Item[];
  Directory?: Directory[];
}

export interface FilterMeta {
  filter: string;
  filterType: string;
  key: string;
  title: string;
}

export interface SortMeta {
  key: string;
  descKey?: string;
  title: string;
  defaultDirection?: string;
  default?: string;
  firstCharacterKey?: string;
}

export interface TypeMeta {
  key: string;
  type: string;
  title: string;
  active?: Flag;
  Filter?: FilterMeta[];
  Sort?: SortMeta[];
}

export interface SectionMeta {
  Type?: TypeMeta[];
}

export interface Activity {
  uuid: string;
  type: string;
  title: string;
  subtitle?: string;
  progress?: number;
  cancellable?: Flag;
  Context?: { librarySectionID?: Id };
}

export interface BrowsePath {
  key: string;
  path: string;
  title: string;
}

export interface Unreadable {
  path: string;
  reason: string;
  librarySectionID?: Id;
  /** Seconds since the epoch. */
  at?: number;
}

/** A tool that shows a token nobody knows. */
export interface UnknownToken {
  id: number;
  title: string;
  device?: string;
  lastSeenAt: number;
  times: number;
}

export interface Setting {
  id: string;
  value: string | number | boolean;
}

export interface Container {
  size?: number;
  totalSize?: number;
  offset?: number;
  title1?: string;
  title2?: string;
  machineIdentifier?: string;
  friendlyName?: string;
  version?: string;
  platform?: string;
  librarySectionID?: Id;
  librarySectionTitle?: string;
  Metadata?: Item[];
  Directory?: Directory[];
  Hub?: Hub[];
  Activity?: Activity[];
  Path?: BrowsePath[];
  /** Files that could not be read. */
  File?: Unreadable[];
  /** Why the owner of the server ended what is played. */
  terminationCode?: number;
  terminationText?: string;
  /** Whether the server belongs to somebody. */
  claimed?: boolean | number;
  /** A token that was just made. */
  token?: string;
  /** Somebody whom the server knows: the name one signs in with, the one that is shown, and who the server answers to. */
  name?: string;
  title?: string;
  owner?: boolean | number;
  UnknownToken?: UnknownToken[];
  Setting?: Setting[];
  Meta?: SectionMeta | SectionMeta[];
}
