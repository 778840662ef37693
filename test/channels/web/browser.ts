/**
 * Walks the page in a real browser and takes its picture. Not part of `npm test`, since it needs Chromium:
 *   node --import tsx test/channels/web/browser.ts [folder for pictures]
 * CHROMIUM names the browser; /usr/bin/chromium unless told.
 */
import assert from 'node:assert/strict';
import { type Browser as Chromium, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import type { Address } from '../../../src/channels/message.ts';
import { addressOf } from '../../../src/channels/web/identity.ts';
import type { Content } from '../../../src/engine/content.ts';
import { type House, openHouse, until } from './house.ts';
import { ENGLISH } from './words.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];
const folder = process.argv[2];

type Visit = { page: Page; address: Address; house: House };

async function visit(browser: Chromium, more: object, walk: (visit: Visit) => Promise<void>): Promise<void> {
  const house = await openHouse();
  const context = await browser.newContext({
    viewport: { width: 390, height: 800 },
    baseURL: house.origin,
    ...more,
  });
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => assert.fail(`the page threw: ${error.message}`));
    await page.goto('/chat');
    const key = (await context.cookies()).find(({ name }) => name === 'kasa_chat')?.value ?? '';
    await walk({ page, address: addressOf(key), house });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.equal(overflow, 0, 'nothing stands out of the window');
  } finally {
    await context.close();
    await house.close();
  }
}

const SENT: [boolean, number, Content][] = [
  [true, 14, { text: 'Send it' }],
  [
    false,
    14,
    {
      text: 'Sent. Your reference is KS-7F3Q. Works and Waste Management have it; they promised drains within 3 working days: by Thursday 3 December. I will write when anything changes.',
    },
  ],
];

/** A talk about a drain, as far as the question whether to send it, or as far as its reference. */
async function sample({ address, house }: Visit, sent: boolean): Promise<void> {
  const drain = { input: Buffer.from(DRAIN) };
  const paper = sharp({ create: { width: 800, height: 480, channels: 3, background: '#a9b7b5' } });
  house.files.set('drain', { mime: 'image/jpeg', data: await paper.composite([drain]).jpeg().toBuffer() });
  const choices = (...labels: string[]) => labels.map((label) => ({ id: label, label }));
  const talk: [boolean, number, Content][] = [
    [true, 10, { text: 'the drain at market circel is choked again, water dey enter the shops' }],
    [
      false,
      10,
      {
        text: 'A choked drain at Market Circle, Takoradi. Is that right?',
        choices: choices('Yes', 'Another problem', 'Another place'),
      },
    ],
    [true, 11, { text: 'Yes' }],
    [
      false,
      11,
      { text: 'Send a photo if you can, or a voice note saying more. Or write "skip".', wants: 'photo' },
    ],
    [true, 13, { text: '', media: [{ kind: 'photo', file: 'drain' }] }],
    [
      false,
      13,
      {
        text: 'This is what I have: a choked drain at Market Circle, your words, 1 photo, without your name.',
        choices: choices('Send it', 'Change something', 'Throw it away'),
      },
    ],
    ...(sent ? SENT : []),
  ];
  // The picture has room for the beginning and the end.
  const told = sent ? talk.filter((_, place) => place !== 1 && place !== 2) : talk;
  for (const [mine, minute, content] of told) {
    house.put(address, content, { mine, at: `2026-11-27T09:${minute}:00Z` });
  }
}

const DRAIN = `<svg width="800" height="480"><rect y="300" width="800" height="180" fill="#7d6a4f"/>
<rect x="40" y="90" width="230" height="210" fill="#b5552f"/><rect x="90" y="180" width="130" height="120" fill="#5b2c1a"/>
<rect x="300" y="60" width="240" height="240" fill="#d8c27a"/><rect x="350" y="160" width="140" height="140" fill="#7b6a36"/>
<rect x="570" y="110" width="190" height="190" fill="#3f6f86"/><rect x="610" y="190" width="110" height="110" fill="#234250"/>
<rect y="330" width="800" height="80" fill="#343f3d"/><path d="M0 352q60-34 120 0t120 0 120 0 120 0 120 0 120 0 120 0" fill="#5f6f6a"/>
<rect x="150" y="340" width="70" height="36" rx="8" fill="#d9dfe0"/><circle cx="470" cy="362" r="20" fill="#e7e3d4"/>
<rect x="560" y="346" width="90" height="26" rx="12" fill="#2d6fb0"/></svg>`;

async function picture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

const letters = (page: Page) => page.locator('#log .letter').count();
const heard = (house: House) => house.received.map(({ text, choice }) => choice ?? text);

const walks: Record<string, [object, (visit: Visit) => Promise<void>]> = {
  'a letter and its answer': [
    {},
    async ({ page, address, house }) => {
      await page.getByRole('button', { name: ENGLISH.begin }).click();
      await until(() => heard(house).includes('hello'));
      await house.say(address, { text: 'Shall I go on?', choices: [{ id: 'y', label: 'Yes' }] });
      await page.getByRole('button', { name: 'Yes' }).click();
      await until(() => heard(house).includes('y'));
      assert.equal(house.received[1]?.replyTo, '2');
      await page.locator('.choices.past').waitFor();
      await page.getByLabel(ENGLISH.write).fill('<b>bold</b>');
      await page.keyboard.press('Enter');
      await page.getByText('<b>bold</b>').waitFor();
      await page.waitForTimeout(300);
      assert.equal(await letters(page), 4, 'each letter stands once');
    },
  ],
  'a store that is away': [
    {},
    async ({ page, house }) => {
      house.state.away = true;
      for (const text of ['first', 'second']) {
        await page.getByLabel(ENGLISH.write).fill(text);
        await page.getByRole('button', { name: ENGLISH.send, exact: true }).click();
      }
      await page.getByLabel(ENGLISH.write).fill('not finished');
      await page.getByRole('button', { name: ENGLISH.notSent }).nth(1).waitFor();
      await picture(page, 'not-sent');
      await page.reload();
      assert.equal(await page.getByLabel(ENGLISH.write).inputValue(), 'not finished');
      await page.getByRole('button', { name: ENGLISH.notSent }).nth(1).waitFor();
      house.state.away = false;
      await page.getByRole('button', { name: ENGLISH.notSent }).first().click();
      await until(() => house.received.length === 2);
      assert.deepEqual(heard(house), ['first', 'second']);
      await page.waitForTimeout(500);
      await page.reload();
      assert.equal(await letters(page), 2);
    },
  ],
  'three photos': [
    {},
    async ({ page, house }) => {
      const file = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('abc') };
      await page.getByLabel(ENGLISH.photo).setInputFiles([file, file, file]);
      await page.getByRole('button', { name: ENGLISH.send, exact: true }).click();
      await until(() => house.received[0]?.media?.length === 3);
      await page.getByLabel(ENGLISH.photo).setInputFiles(Array(6).fill(file));
      await page.getByRole('button', { name: ENGLISH.send, exact: true }).click();
      await page.getByText(ENGLISH.tooMany).waitFor();
    },
  ],
  'the place that is asked for': [
    { permissions: ['geolocation'], geolocation: { latitude: 4.9, longitude: -1.75 } },
    async ({ page, address, house }) => {
      await house.say(address, { text: 'Where is it?', wants: 'location' });
      await page.getByRole('button', { name: ENGLISH.sendPlace }).click();
      await until(() => house.received[0]?.location?.latitude === 4.9);
    },
  ],
  'a voice note': [
    { permissions: ['microphone'] },
    async ({ page, house }) => {
      await page.getByRole('button', { name: ENGLISH.voice, exact: true }).click();
      await page.waitForTimeout(1200);
      await page.getByRole('button', { name: ENGLISH.voiceStop }).click();
      await until(() => house.received[0]?.media?.[0]?.kind === 'voice');
      assert.ok((house.received[0]?.media?.[0]?.bytes ?? 0) > 100);
    },
  ],
  'without scripts': [
    { javaScriptEnabled: false },
    async ({ page, address, house }) => {
      await page.getByLabel(ENGLISH.write).fill('by form');
      await page.getByRole('button', { name: ENGLISH.send, exact: true }).click();
      await until(() => heard(house).includes('by form'));
      await house.say(address, { text: 'Right?', choices: [{ id: 'y', label: 'Yes' }] });
      await page.getByRole('link', { name: ENGLISH.seeNew }).click();
      await page.getByRole('button', { name: 'Yes' }).click();
      await until(() => heard(house).includes('y'));
      await picture(page, 'without-scripts');
    },
  ],
  'letters on a narrow phone': [{ viewport: { width: 320, height: 640 } }, pictured('narrow')],
  'letters on a desk': [{ viewport: { width: 1200, height: 900 } }, pictured('desk')],
  'letters at night': [{ colorScheme: 'dark' }, pictured('night')],
  'the empty page': [{ viewport: { width: 320, height: 640 } }, ({ page }) => picture(page, 'empty')],
  'the picture of the README': [{ viewport: { width: 390, height: 1185 } }, pictured('web-chat', true)],
};

function pictured(name: string, sent = false): (visit: Visit) => Promise<void> {
  return async (visit) => {
    await sample(visit, sent);
    await visit.page.reload();
    await visit.page.waitForTimeout(300);
    await picture(visit.page, name);
  };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ARGS,
});
try {
  for (const [name, [more, walk]] of Object.entries(walks)) {
    await visit(browser, more, walk);
    console.log(`well: ${name}`);
  }
} finally {
  await browser.close();
}
