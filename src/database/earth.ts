/**
 * Positions on the earth as points in space (extension `cube`), in metres from its centre. An index yields the nearest of
 * them first: the chord through the earth orders as the great circle over it does. Written with functions of Postgres and of
 * `cube` alone. Those of the extension `earthdistance` are made of SQL that names no schema, so that an index on them
 * cannot be restored from a dump; they are computed anew for each row, and only a superuser may install them.
 */
import { type SQL, sql } from 'drizzle-orm';
import { customType } from 'drizzle-orm/pg-core';

/** Mean radius of the earth in metres, as in `metresBetween` of the gazetteer. */
const RADIUS = 6_371_000;

/** Of degrees; null where one of them is null. */
export const positionOf = (
  latitude: SQL,
  longitude: SQL,
): SQL => sql`case when ${latitude} is not null and ${longitude} is not null then cube(array[
  ${radius} * cos(radians(${latitude})) * cos(radians(${longitude})),
  ${radius} * cos(radians(${latitude})) * sin(radians(${longitude})),
  ${radius} * sin(radians(${latitude}))]) end`;

/** Metres over the ground between two positions. */
export const metresBetween = (a: SQL, b: SQL): SQL =>
  sql`2 * ${radius} * asin(least(1, (${a} <-> ${b}) / (2 * ${radius})))`;

/** Everything at most so many metres away lies in it, and a little more: for the index, before the distance is looked at. */
export const boxAround = (position: SQL, metres: number): SQL =>
  sql`cube_enlarge(${position}, ${sql.raw(String(metres))}::float8, 3)`;

/** A column that holds where the row's `latitude` and `longitude` are. */
export const position = () =>
  cube('position').generatedAlwaysAs(positionOf(sql.raw('latitude'), sql.raw('longitude')));

const radius = sql.raw(`${RADIUS}::float8`);
const cube = customType<{ data: string }>({ dataType: () => 'cube' });
