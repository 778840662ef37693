import { createHmac } from 'node:crypto';

const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 100;

export const sign = (secret: string, body: string | Uint8Array): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** Posts to our webhook as Meta does: signed, each by itself, again until the answer is 200, in no order. */
export class Hook {
  url: string | undefined;
  unconfirmed = 0;
  private closed = false;
  private readonly secret: string;

  constructor(secret: string) {
    this.secret = secret;
  }

  /** Resolves with the status, or 0 when nobody answered. */
  async post(
    body: string | Uint8Array,
    signature: string | undefined = sign(this.secret, body),
  ): Promise<number> {
    if (this.url === undefined) return 0;
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(signature !== '' && { 'x-hub-signature-256': signature }),
        },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** Resolves when it was taken, or when nobody asks any more. */
  async deliver(payload: object): Promise<void> {
    if (this.url === undefined) return;
    this.unconfirmed += 1;
    let pause = FIRST_RETRY_MS;
    while (!this.closed && (await this.post(JSON.stringify(payload))) !== 200) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LONGEST_RETRY_MS);
    }
    this.unconfirmed -= 1;
  }

  close(): void {
    this.closed = true;
  }
}
