import type { Update } from 'grammy/types';
import { bad, Complaint, type Params } from './request.ts';

const FIRST_UPDATE_ID = 700_000_001;
/** The real server waits 1, 2, 4... seconds. */
const WEBHOOK_FIRST_RETRY_MS = 10;
const WEBHOOK_LONGEST_RETRY_MS = 200;

/** The queue of what happened, until the bot says that it has it: by its offset, or by a 2xx of its webhook. */
export class Updates {
  private waiting: Update[] = [];
  private nextId = FIRST_UPDATE_ID;
  private wanted: string[] | undefined;
  private wake: (() => void) | undefined;
  private conflict: (() => void) | undefined;
  private webhook: { url: string; secret: string } | undefined;
  private readonly pumping = new Set<string>();
  private closed = false;

  /** Puts an update in line, unless the bot did not ask for its kind. */
  emit(update: object): void {
    const [kind = ''] = Object.keys(update);
    if (this.wanted && this.wanted.length > 0 && !this.wanted.includes(kind)) return;
    this.waiting.push({ update_id: this.nextId++, ...update } as Update);
    this.wake?.();
    this.push();
  }

  get unconfirmed(): Update[] {
    return [...this.waiting];
  }

  async getUpdates(params: Params, cut: AbortSignal): Promise<Update[]> {
    if (this.webhook) {
      throw new Complaint(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    this.conflict?.();
    if (params.allowed_updates) this.wanted = params.allowed_updates as string[];
    const offset = Number(params.offset ?? 0);
    if (offset > 0) this.waiting = this.waiting.filter((update) => update.update_id >= offset);
    const until = Date.now() + Math.min(Number(params.timeout ?? 0), 50) * 1000;
    while (this.waiting.length === 0 && Date.now() < until && !this.closed && !cut.aborted) {
      await this.somethingNew(until - Date.now(), cut);
    }
    return this.waiting.slice(0, Math.min(Number(params.limit ?? 100), 100));
  }

  setWebhook(params: Params): true {
    const url = String(params.url ?? '');
    const secret = String(params.secret_token ?? '');
    if (url && !/^https:\/\/|^http:\/\/127\.0\.0\.1[:/]/.test(url)) {
      throw bad('bad webhook: An HTTPS URL must be provided for webhook');
    }
    if (!/^[A-Za-z0-9_-]{0,256}$/.test(secret)) throw bad('secret token contains unallowed characters');
    if (params.allowed_updates) this.wanted = params.allowed_updates as string[];
    this.webhook = url ? { url, secret } : undefined;
    this.push();
    return true;
  }

  deleteWebhook(params: Params): true {
    this.webhook = undefined;
    if (params.drop_pending_updates) this.waiting = [];
    return true;
  }

  get webhookUrl(): string | undefined {
    return this.webhook?.url;
  }

  close(): void {
    this.closed = true;
    this.webhook = undefined;
    this.wake?.();
  }

  /** Waits for an update, for the end of the poll, or for another poller, who ends this one with a 409. */
  private somethingNew(ms: number, cut: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (then: () => void) => {
        clearTimeout(timer);
        cut.removeEventListener('abort', woken);
        this.wake = undefined;
        this.conflict = undefined;
        then();
      };
      const woken = () => finish(resolve);
      const timer = setTimeout(woken, ms);
      cut.addEventListener('abort', woken);
      this.wake = woken;
      this.conflict = () =>
        finish(() =>
          reject(
            new Complaint(
              409,
              'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
            ),
          ),
        );
    });
  }

  /** One line for each chat and one for each person who taps; what fails holds back its own line only. */
  private push(): void {
    if (!this.webhook) return;
    for (const update of this.waiting) {
      const line = lineOf(update);
      if (!this.pumping.has(line)) {
        this.pumping.add(line);
        void this.pump(line);
      }
    }
  }

  private async pump(line: string): Promise<void> {
    let pause = WEBHOOK_FIRST_RETRY_MS;
    while (this.webhook && !this.closed) {
      const update = this.waiting.find((one) => lineOf(one) === line);
      if (!update) break;
      if (await post(this.webhook, update)) {
        this.waiting = this.waiting.filter((one) => one !== update);
        pause = WEBHOOK_FIRST_RETRY_MS;
      } else {
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, WEBHOOK_LONGEST_RETRY_MS);
      }
    }
    this.pumping.delete(line);
  }
}

async function post({ url, secret }: { url: string; secret: string }, update: Update): Promise<boolean> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (secret) headers['x-telegram-bot-api-secret-token'] = secret;
  try {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(update) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function lineOf(update: Update): string {
  const message = update.message ?? update.edited_message;
  if (update.callback_query) return `person ${update.callback_query.from.id}`;
  return message ? `chat ${message.chat.id}` : `member ${update.my_chat_member?.chat.id}`;
}
