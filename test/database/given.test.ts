import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { rows } from '../../src/database/database.ts';
import { people } from '../../src/database/schema.ts';
import { databases, truncate } from './given.ts';

describe.each(databases)('a test database, $name', ({ open }) => {
  test('is migrated, is its own, and can be emptied', { timeout: 30_000 }, async () => {
    const [first, second] = [await open(), await open()];
    try {
      const ama = { language: 'en', called: 'Ama', createdAt: new Date('2026-11-23T08:00:00Z') };
      await first.tx.insert(people).values(ama);
      expect(await first.tx.select().from(people)).toMatchObject([{ ...ama, id: 1 }]);
      expect(await second.tx.select().from(people)).toEqual([]);
      await truncate(first);
      expect(await first.tx.insert(people).values(ama).returning({ id: people.id })).toEqual([{ id: 1 }]);
      expect(await rows(first.tx, sql`select name from migrations order by name limit 1`)).toHaveLength(1);
    } finally {
      await first.close();
      await second.close();
    }
  });
});
