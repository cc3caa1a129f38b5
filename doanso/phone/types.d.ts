// The messages of docs/sync.md as the phone reads them, for `tsc --checkJs` alone: no phone is handed this file.

interface Teammate {
  id: string;
  name: string;
  kind: "official" | "youth";
  body: string;
  me: boolean;
  /** First 16 hex digits of the SHA-256 of the secret in the teammate's card; "" without a card. */
  card: string;
}

interface PackTeam {
  id: string;
  name: string;
  neighbourhood: string | null;
  teammates: Teammate[];
}

interface PackService {
  code: string;
  name: string;
  short_name: string;
  icon: string;
  to: ("person" | "business")[];
  rungs: { code: string; name: string }[];
  steps: string[];
  say: string[];
  beware: string[];
}

interface PackConsent {
  version: string;
  title: string;
  body: string;
  purposes: { code: string; sentence: string; needed: boolean }[];
}

interface PackDrive {
  id: string;
  name: string;
  since: string;
  until: string;
  goal: number;
  done: number;
}

interface PackDoor {
  id: string;
  drive: string;
  kind: "household" | "business";
  /** Id of the household or business behind the door. */
  place: string;
  name: string;
  number: string;
  street: string;
  neighbourhood: string | null;
  due_back_at: string | null;
  last: { outcome: string; on: string } | null;
  follow_up_on: string | null;
  residents: { contact: string; name: string; birth_year: number | null }[];
  /** First 24 bits, in hex, of the keyed hash of each person helped at this address. */
  helped: string[];
}

interface PackShop {
  business: string;
  name: string;
  /** Where it stands, for example "Chợ Mỹ Tho · sạp A12"; "" where number and street say it. */
  label: string;
  number: string;
  street: string;
  neighbourhood: string | null;
  state: "none" | "offered" | "displayed" | "used" | "stopped";
  checked_on: string | null;
  /** Keyed fingerprint of the registered payment code, 24 hex digits; "" where none is registered. */
  code: string;
  /** Those of shops that were merged with this one, where there are any. */
  other_codes?: string[];
  /** The owner's change of the account was announced. */
  changing: boolean;
}

interface PackShops {
  /** 32 hex digits: this phone's own key of the fingerprints. */
  codes_key: string;
  shops: PackShop[];
}

interface PackTicket {
  /** First 24 hex digits of SHA-256 over "doanso ticket 1|" and the ticket's link. */
  code: string;
  number: number;
  /** "" for a paper ticket, and where the name was deleted. */
  name: string;
  state: "registered" | "waiting" | "blank" | "cancelled";
  came_at: string | null;
}

interface PackMember {
  id: string;
  name: string;
  /** Short name of the branch. */
  unit: string;
  /** Keyed hash of the card's number, 24 hex digits; "" without a card. */
  card: string;
}

interface PackEvent {
  id: string;
  title: string;
  day: string;
  begins: string;
  ends: string;
  place: string;
  gates: string[];
  inside: number | null;
  came: number | null;
  /** Its tickets are on this phone; see `pack.gate`. */
  listed: boolean;
}

interface PackEvents {
  /** 32 hex digits: this phone's own key of the members' cards. */
  cards_key: string;
  events: PackEvent[];
}

interface StandHelper {
  name: string;
  kind: "official" | "youth";
  member: string | null;
}

interface StandPair {
  first: StandHelper;
  second: StandHelper | null;
}

interface PackStand {
  id: string;
  unit: string;
  place: string;
  day: string;
  planned: number;
  services: { code: string; name: string }[];
  pair: StandPair;
  /** How many others recorded there, at the desk and on other phones. */
  others: { named: number; unnamed: number };
  /** Residents who entered themselves, and wait. */
  waiting: number;
  /** The phone's user keeps the stand, and so may open its page on the website. */
  kept: boolean;
  /** Turns of this phone that count nowhere: recorded by others before, or taken back at the desk. */
  uncounted: string[];
}

/** A resident's own entry that waits at a stand; "" and null for somebody who does not want to be named. */
interface StandEntry {
  id: string;
  number: number;
  name: string;
  birth_year: number | null;
  entered_at: string;
}

/** What `pack.get` returns; shops, events and stands lie apart, see `pack.shops`. */
interface Pack {
  now: string;
  lease_until: string;
  today: string;
  unit: { id: string; name: string };
  user: { name: string; teammate: string | null };
  teams: PackTeam[];
  neighbourhoods: { id: string; name: string }[];
  streets: string[];
  services: PackService[];
  obstacles: { code: string; name: string }[];
  consent: PackConsent;
  drives: PackDrive[];
  doors: PackDoor[];
  duplicates_key: string;
  receipt_base: string;
}
