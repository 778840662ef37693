/**
 * GeoJSON as published. It wants longitude first; many write latitude first. Here the two can be told apart: no place in
 * the region has a latitude that could be a longitude of it.
 */
import type { Json } from '../../engine/content.ts';

/** Western Region of Ghana and its neighbours, in degrees. */
export const REGION = { latitudeMin: 4.5, latitudeMax: 6.5, longitudeMin: -3.3, longitudeMax: -1.3 } as const;

const TYPES: readonly string[] = [
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
];

/** Undefined: it cannot be read, and is left out. */
export function mendGeometry(geometry: Json | undefined, note: (words: string) => void): Json | undefined {
  const given = geometry as { type?: Json; coordinates?: Json } | null | undefined;
  const positions = positionsIn(given?.coordinates);
  if (!TYPES.includes(String(given?.type)) || positions.length === 0 || !positions.every(isPosition)) {
    note('coordinates that cannot be read: left out');
    return undefined;
  }
  if (positions.every(isSwapped)) {
    note('coordinates were the wrong way round: put right');
    return { ...given, coordinates: turned(given?.coordinates as Json) };
  }
  if (!positions.every(isOnEarth) || positions.every(isNowhere)) {
    note('coordinates that are no place: left out');
    return undefined;
  }
  if (!positions.some(isInRegion)) note('lies outside the region, as published');
  return geometry;
}

/** The innermost lists. */
function positionsIn(coordinates: Json | undefined): Json[] {
  if (!Array.isArray(coordinates)) return [];
  return coordinates.some(Array.isArray) ? coordinates.flatMap(positionsIn) : [coordinates];
}

const turned = (coordinates: Json): Json => {
  if (!Array.isArray(coordinates)) return coordinates;
  if (coordinates.some(Array.isArray)) return coordinates.map(turned);
  const [latitude, longitude, ...rest] = coordinates;
  return [longitude, latitude, ...rest] as Json;
};

const between = (value: number, min: number, max: number): boolean => value >= min && value <= max;
const pair = (position: Json): [number, number] => position as [number, number];

const isPosition = (position: Json): boolean =>
  Array.isArray(position) &&
  between(position.length, 2, 3) &&
  position.every((one) => typeof one === 'number' && Number.isFinite(one));
function isInRegion(position: Json): boolean {
  const [longitude, latitude] = pair(position);
  return (
    between(latitude, REGION.latitudeMin, REGION.latitudeMax) &&
    between(longitude, REGION.longitudeMin, REGION.longitudeMax)
  );
}
function isSwapped(position: Json): boolean {
  const [first, second] = pair(position);
  return isInRegion([second, first]);
}
function isOnEarth(position: Json): boolean {
  const [longitude, latitude] = pair(position);
  return between(latitude, -90, 90) && between(longitude, -180, 180);
}
/** Where a missing position ends up when it is written as zeroes. */
function isNowhere(position: Json): boolean {
  const [longitude, latitude] = pair(position);
  return longitude === 0 && latitude === 0;
}
