/** What `kasa whatsapp templates` prints is what Meta takes (…/whatsapp/templates/components). */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WrongUse } from '../../src/cli/command.ts';
import { whatsappCommand } from '../../src/cli/whatsapp.ts';

type Submission = {
  name: string;
  category: string;
  language: string;
  components: [
    { type: 'BODY'; text: string; example: { body_text: string[][] } },
    { type: 'BUTTONS'; buttons: { type: string; text: string }[] },
  ];
};

afterEach(() => vi.restoreAllMocks());

async function printed(): Promise<Submission[]> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  expect(await whatsappCommand.run(['templates'])).toBe(0);
  return lines.map((line) => JSON.parse(line));
}

describe('the templates', () => {
  it('are three, in each finished language', async () => {
    expect((await printed()).map(({ name, language }) => `${name} ${language}`)).toEqual([
      'kasa_news en',
      'kasa_news es',
      'kasa_week en',
      'kasa_week es',
      'kasa_announcement en',
      'kasa_announcement es',
    ]);
  });

  it('keep the limits of Meta: lengths, names, one sample a gap, and no gap at either end', async () => {
    for (const { name, category, components } of await printed()) {
      const [body, { buttons }] = components;
      expect(name).toMatch(/^[a-z0-9_]{1,512}$/);
      expect(['UTILITY', 'MARKETING']).toContain(category);
      expect(body.text.length).toBeLessThanOrEqual(1024);
      const gaps = body.text.match(/\{\{\d+\}\}/g) ?? [];
      expect(gaps).toEqual(['{{1}}']);
      expect(body.example.body_text.map((sample) => sample.length)).toEqual([gaps.length]);
      expect(body.text).toMatch(/^[^{].*[^}]$/);
      for (const { text } of buttons) expect(text.length).toBeLessThanOrEqual(25);
    }
  });

  it('take only an answer to a report for a matter of their own', async () => {
    const own = (await printed()).filter(({ category }) => category === 'UTILITY');
    expect(new Set(own.map(({ name }) => name))).toEqual(new Set(['kasa_news']));
  });

  it('are asked for by their name', async () => {
    await expect(whatsappCommand.run([])).rejects.toThrow(WrongUse);
  });
});
