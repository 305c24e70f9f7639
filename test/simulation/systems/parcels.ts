import { type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import { below, between, chance, pick, type Random } from '../random.ts';
import { CANARY, type Cast, type Plain } from './cast.ts';
import { parcels, regionOf } from './parcelSystem.ts';

const PARCELS = ['p1', 'p2', 'p3', 'p4', 'p5'];
const SCANS = ['s1', 's2'];
const DEPOTS = ['north-1', 'north-2', 'south-1'];
const TAGS = ['fragile', 'cold', 'late'];
const CLOSED = '2026-02-01T09:00:00.000Z';

/** In every secret field, another one from time to time. */
function parcelFields(random: Random) {
  const fields = {
    depot: pick(random, DEPOTS),
    weight: below(random, 5),
    tags: TAGS.filter(() => chance(random, 0.5)),
    lost: chance(random, 0.2),
    day: between(random, 1, 4),
    ...(chance(random, 0.4) && { closedAt: CLOSED }),
  };
  const secret = `${CANARY}${fields.weight}`;
  return { ...fields, pin: secret, ...(fields.day > 2 && { sender: { phone: secret } }) };
}

function parcelItem(random: Random): Attributes {
  const parcelId = pick(random, PARCELS);
  return encodeAttributes({ PK: `PARCEL#${parcelId}`, SK: 'ITEM', parcelId, ...parcelFields(random) });
}

function scanItem(random: Random): Attributes {
  const [scanId, parcelId] = [pick(random, SCANS), pick(random, PARCELS)];
  const keys = { PK: `SCAN#${scanId}`, SK: `PARCEL#${parcelId}` };
  return encodeAttributes({ ...keys, scanId, parcelId, depot: pick(random, DEPOTS) });
}

interface Depot {
  readonly parcels: Plain[];
  readonly scans: number;
}

/** What a depot's aggregate must show, field by field. */
function depotShows({ parcels: own, scans }: Depot): Plain {
  const weights = own.map(({ weight }) => Number(weight));
  const least = (values: number[]): number | null => (values.length === 0 ? null : Math.min(...values));
  const most = (values: number[]): number | null => (values.length === 0 ? null : Math.max(...values));
  return {
    parcels: own.length,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    lightest: least(weights),
    heaviest: most(weights),
    latest: most(own.map(({ day }) => Number(day))),
    scans,
  };
}

function regionShows(name: string, depots: ReadonlyMap<string, Depot>): Plain {
  const own = [...depots].filter(([depot]) => regionOf(depot) === name).map(([, depot]) => depotShows(depot));
  const total = (of: (shown: Plain) => unknown): number => own.reduce((sum, shown) => sum + Number(of(shown)), 0);
  const heaviest = own.flatMap((shown) => (shown.heaviest === null ? [] : [Number(shown.heaviest)]));
  return {
    depots: total((shown) => Number(shown.parcels) > 0),
    parcels: total((shown) => shown.parcels),
    heaviest: heaviest.length === 0 ? null : Math.max(...heaviest),
    scans: total((shown) => shown.scans),
  };
}

/** It is spread over parts; what is stored of it here is their sum. */
function fleetShows(name: string, standing: readonly Plain[]): Plain {
  const own = standing.filter(({ SK, lost }) => SK === 'ITEM' && (lost === true) === (name === 'lost'));
  const scans = name === 'all' ? standing.filter(({ scanId }) => scanId !== undefined).length : 0;
  return depotShows({ parcels: own, scans });
}

function naive(standing: readonly Plain[], stored: readonly Plain[]): string[] {
  const present = standing.filter(({ SK, lost }) => SK === 'ITEM' && lost !== true);
  const scans = standing.filter(({ scanId }) => scanId !== undefined);
  const depots = new Map(
    DEPOTS.map((name) => [
      name,
      {
        parcels: present.filter(({ depot }) => depot === name),
        scans: scans.filter(({ depot }) => depot === name).length,
      },
    ]),
  );
  const tagged = standing.flatMap(({ SK, tags }) => (SK === 'ITEM' ? (tags as string[]) : []));
  const should: [string, Plain][] = [
    ...[...depots].map(([name, depot]): [string, Plain] => [`DEPOT#${name}`, depotShows(depot)]),
    ...['north', 'south'].map((name): [string, Plain] => [`REGION#${name}`, regionShows(name, depots)]),
    ...['all', 'lost'].map((name): [string, Plain] => [`FLEET#${name}`, fleetShows(name, standing)]),
    ...TAGS.map((name): [string, Plain] => [`TAG#${name}`, { parcels: tagged.filter((t) => t === name).length }]),
  ];
  return should.flatMap(([pk, shows]) =>
    differing(
      pk,
      shows,
      stored.find(({ PK }) => PK === pk),
    ),
  );
}

/** An aggregate that holds nothing shows nothing, and may not be there. */
function differing(pk: string, shows: Plain, stored: Plain | undefined): string[] {
  return Object.entries(shows).flatMap(([field, value]) => {
    const is = stored?.[field] ?? (typeof value === 'number' ? 0 : null);
    return String(is) === String(value)
      ? []
      : [`${pk}: ${field} is ${String(is)}, counted by hand it is ${String(value)}`];
  });
}

export const parcelsCast: Cast = {
  system: parcels,
  key: (random) =>
    chance(random, 0.65)
      ? { pk: `PARCEL#${pick(random, PARCELS)}`, sk: 'ITEM' }
      : { pk: `SCAN#${pick(random, SCANS)}`, sk: `PARCEL#${pick(random, PARCELS)}` },
  item: (random) => (chance(random, 0.7) ? parcelItem(random) : scanItem(random)),
  updated: (random, item) => ({
    ...item,
    ...encodeAttributes(item.scanId ? { depot: pick(random, DEPOTS) } : parcelFields(random)),
  }),
  malformed: (random) => ({ ...parcelItem(random), weight: { N: '-1' } }),
  isMalformed: (item) => item.weight !== undefined && 'N' in item.weight && item.weight.N === '-1',
  naive,
};
