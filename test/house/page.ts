/** The web chat as somebody uses it who has its page open. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { photo } from '../media/pictures.ts';
import type { Street } from './street.ts';

export type Shown = {
  id: number;
  mine: boolean;
  text: string;
  choices?: { id: string; label: string }[];
  media?: unknown[];
};

/** Someone with the page open, who waits for the answer each time. */
export async function openPage({ origin, settle }: Street, language: string) {
  const first = await fetch(`${origin}/chat`, { headers: { 'accept-language': language } });
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  const headers = { cookie, origin, 'accept-language': language, accept: 'application/json' };
  const hear = async (): Promise<Shown[]> => {
    const response = await fetch(`${origin}/chat/letters?after=0`, { headers });
    const { letters } = (await response.json()) as { letters: Shown[] };
    return letters.filter(({ mine }) => !mine);
  };
  const hand = async (body: string | FormData, more: Record<string, string> = {}): Promise<Shown> => {
    const response = await fetch(`${origin}/chat/letters`, {
      method: 'POST',
      body,
      headers: { ...headers, ...more },
    });
    expect(response.status).toBeLessThan(300);
    await settle();
    return last();
  };
  const last = async (): Promise<Shown> => (await hear()).at(-1) ?? { id: 0, mine: false, text: '' };
  /** Without waiting for the answer. */
  const drop = async (text: string): Promise<void> => {
    const body = JSON.stringify({ id: randomUUID(), text });
    const more = { 'content-type': 'application/json' };
    await fetch(`${origin}/chat/letters`, { method: 'POST', body, headers: { ...headers, ...more } });
  };
  const json = (letter: object) =>
    hand(JSON.stringify({ id: randomUUID(), ...letter }), { 'content-type': 'application/json' });
  return {
    hear,
    drop,
    last,
    say: (text: string) => json({ text }),
    pin: (latitude: number, longitude: number) => json({ location: { latitude, longitude } }),
    async tap(label: string) {
      const { id, choices = [] } = await last();
      const choice = choices.find((one) => one.label.includes(label));
      if (!choice) throw new Error(`no ${label} among ${choices.map((one) => one.label).join(', ')}`);
      return json({ text: choice.label, choice: choice.id, letter: String(id) });
    },
    async sendPhoto(text = '') {
      const form = new FormData();
      form.append('id', randomUUID());
      form.append('text', text);
      form.append('photo', new Blob([new Uint8Array(await photo())], { type: 'image/jpeg' }), 'IMG_1.jpg');
      return hand(form);
    },
  };
}
