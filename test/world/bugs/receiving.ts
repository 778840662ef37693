/** Bugs on the way in. */
import { sql } from 'drizzle-orm';
import { rows } from '../../../src/database/database.ts';
import type { Bug } from '../process.ts';
import { rewriting } from './between.ts';

/** Looks whether a letter is known, then stores it: two processes look at the same time. */
export const duplicateCheckWithoutIndex: Bug = {
  name: 'a duplicate check that is not a unique index',
  ...rewriting(/on conflict \(channel, external_id\) where direction = 'inbound' do nothing/, ''),
  async plant(ground) {
    await ground.database.pglite.exec('drop index messages_inbound_once');
    return async () => {
      await ground.clear();
      await ground.database.pglite.exec(
        "create unique index messages_inbound_once on messages (channel, external_id) where direction = 'inbound'",
      );
    };
  },
  parts: ({ database, world, parts }) => ({
    async receive(messages) {
      const names = messages.map((one) => one.externalId);
      const found = await rows<{ name: string }>(
        database.tx,
        sql`select external_id as name from messages where direction = 'inbound'
            and external_id in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`,
      );
      const known = new Set(found.map((row) => row.name));
      await world.crashPoint('bug: looked');
      await parts.receive(messages.filter((one) => !known.has(one.externalId)));
    },
  }),
};

export const albumOfSixAnswers: Bug = {
  name: 'an album of six that becomes six answers',
  parts: ({ parts }) => ({
    receive: (messages) => parts.receive(messages.map(({ album: _, ...rest }) => rest)),
  }),
};

export const confirmedBeforeStored: Bug = {
  name: 'an update confirmed before it is stored',
  parts: ({ parts }) => ({
    async receive(messages) {
      parts.receive(messages).catch(() => {});
    },
  }),
};

export const photoNotAwaited: Bug = {
  name: 'a turn that does not wait for what is being fetched',
  ...rewriting(/(\$\d+::timestamptz), given\.due_at/, '$1, $1'),
};
