/** Kinds of columns that the tables share. */
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

export const when = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const number = (name: string) => bigint(name, { mode: 'number' });
export const identity = () => number('id').primaryKey().generatedAlwaysAsIdentity();
export const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
