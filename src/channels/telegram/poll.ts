import type { Update } from 'grammy/types';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import type { Call } from './api.ts';
import { toSendError } from './errors.ts';
import { type Intake, UPDATES_WANTED } from './intake.ts';
import { pauseAfterMs, pauseMs } from './pause.ts';

const POLL_SECONDS = 25;
const UPDATES_PER_POLL_MAX = 100;

type Line = { call: Call; intake: Intake; world: World; log: Log; signal: AbortSignal };

/**
 * Asks Telegram for updates until `signal` is aborted. The offset is what tells Telegram that we have them, so it
 * moves only after the updates are stored; what was not confirmed comes again, and its external ids are the same.
 */
export async function poll(line: Line): Promise<void> {
  let offset: number | undefined;
  while (!line.signal.aborted) {
    const updates = await ask(line, offset);
    await line.world.crashPoint('telegram: polled');
    if (!(await store(line, updates))) return;
    await line.world.crashPoint('telegram: stored, not confirmed');
    for (const { update_id } of updates) offset = Math.max(offset ?? 0, update_id + 1);
  }
}

/** Resolves with the next updates, however long that takes; with none when it is time to stop. */
async function ask({ call, world, log, signal }: Line, offset: number | undefined): Promise<Update[]> {
  const payload = {
    offset,
    limit: UPDATES_PER_POLL_MAX,
    timeout: POLL_SECONDS,
    allowed_updates: UPDATES_WANTED,
  };
  let said = '';
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      const updates = await call<Update[]>('getUpdates', payload, signal);
      if (said) log.info('telegram: listening again', { failures: failures - 1 });
      return updates;
    } catch (error) {
      if (signal.aborted) break;
      const complaint = toSendError(error, 'getUpdates');
      // Each kind of trouble is told once, not at every try.
      if (said !== complaint.message) log.warn('telegram: cannot listen', { why: complaint.message });
      said = complaint.message;
      await world.sleep(pauseAfterMs(complaint, failures, world), signal);
    }
  }
  return [];
}

/** Hands the same updates in until they are stored; false when it is time to stop and they are not. */
async function store({ intake, world, log, signal }: Line, updates: Update[]): Promise<boolean> {
  for (let failures = 1; ; failures++) {
    try {
      if (updates.length > 0) await intake.take(updates);
      return true;
    } catch (error) {
      if (failures === 1) log.warn('telegram: updates could not be stored, they wait', errorFacts(error));
      await world.sleep(pauseMs(failures, world), signal);
      if (signal.aborted) return false;
    }
  }
}
