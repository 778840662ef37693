import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, WrongSetting } from '../../src/config.ts';
import { SETTINGS } from '../../src/settings.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('settings', () => {
  it.each(Object.entries(SETTINGS))('%s stands in the README as the code says it', (name, { about, may }) => {
    expect(readme).toContain(`| \`${name}\` | ${about} It may be ${may}. |`);
  });

  it('have defaults, and empty ones count as absent', () => {
    const config = readConfig({ PORT: '', TELEGRAM_BOT_TOKEN: '  ' });
    expect(config).toMatchObject({ PORT: 3000, DATA_DIR: '.data', TIME_ZONE: 'Africa/Accra' });
    expect(config.TELEGRAM_BOT_TOKEN).toBeUndefined();
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['PUBLIC_URL', 'kasa.example.org'],
    ['TELEGRAM_API_ROOT', 'ftp://127.0.0.1'],
    ['TELEGRAM_WEBHOOK_SECRET', 'too short'],
    ['TIME_ZONE', 'Sekondi/Takoradi'],
    ['LOG_LEVEL', 'loud'],
    ['DIGEST_DAY', 'someday'],
    ['DIGEST_HOUR', '24'],
    ['DIGEST_APPROVAL', 'perhaps'],
    ['QUIET_HOURS', '21'],
    ['WHATSAPP_WEB', 'yes'],
    ['WHATSAPP_WEB_PAUSE_SECONDS', '6-2'],
    ['WHATSAPP_WEB_PAUSE_SECONDS', '2-60'],
    ['WHATSAPP_WEB_WARM_UP_DAYS', '-1'],
    ['WHATSAPP_CLOUD_PHONE_ID', '+233 20 000 0001'],
    ['WHATSAPP_CLOUD_VERIFY_TOKEN', 'short'],
    ['WHATSAPP_CLOUD_PER_SECOND', '0'],
    ['WHATSAPP_CLOUD_TEMPLATES', 'newsletter=kasa_news'],
    ['WHATSAPP_CLOUD_TEMPLATES', 'news=Kasa News'],
    ['WHATSAPP_CLOUD_TEMPLATE_LANGUAGES', 'English'],
    ['WHATSAPP_CLOUD_WAIT_HOURS', '-1'],
  ] as const)('%s=%s is refused in one line that says what it may be', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(WrongSetting);
    expect(read).toThrow(new RegExp(`^The setting ${name} is wrong.* It may be `));
    expect(read).not.toThrow(/\n/);
  });

  it('the day and the quiet hours of the digest are read as numbers, or switched off', () => {
    expect(readConfig({})).toMatchObject({
      DIGEST_DAY: 5,
      DIGEST_HOUR: 6,
      QUIET_HOURS: { from: 21, until: 6 },
    });
    expect(readConfig({ DIGEST_DAY: 'off', QUIET_HOURS: 'off' })).toMatchObject({
      DIGEST_DAY: undefined,
      QUIET_HOURS: undefined,
    });
  });

  it('the paired phone is off, and careful when it is on', () => {
    expect(readConfig({})).toMatchObject({
      WHATSAPP_WEB: false,
      WHATSAPP_WEB_PAUSE_SECONDS: { least: 2, most: 6 },
      WHATSAPP_WEB_PER_DAY: 500,
      WHATSAPP_WEB_WARM_UP_DAYS: 10,
      WHATSAPP_WEB_BROADCASTS: false,
      WHATSAPP_WEB_POLLS: false,
    });
  });

  it('the templates of WhatsApp are read by kind, and their languages in order', () => {
    const given = {
      WHATSAPP_CLOUD_TEMPLATES: 'news=kasa_news,week=kasa_week',
      WHATSAPP_CLOUD_TEMPLATE_LANGUAGES: 'en_GH,es',
    };
    expect(readConfig(given)).toMatchObject({
      WHATSAPP_CLOUD_TEMPLATES: { news: 'kasa_news', week: 'kasa_week' },
      WHATSAPP_CLOUD_TEMPLATE_LANGUAGES: ['en_GH', 'es'],
    });
    expect(readConfig({}).WHATSAPP_CLOUD_TEMPLATES).toBeUndefined();
  });

  it('WhatsApp needs four settings or none: what is missing is named, and no secret is shown', () => {
    const four = {
      WHATSAPP_CLOUD_TOKEN: 'EAAGhush',
      WHATSAPP_CLOUD_PHONE_ID: '106540352242922',
      WHATSAPP_CLOUD_APP_SECRET: 'hush hush hush',
      WHATSAPP_CLOUD_VERIFY_TOKEN: 'hush hush hush',
    };
    expect(() => readConfig(four)).not.toThrow();
    for (const name of Object.keys(four)) {
      const read = () => readConfig({ ...four, [name]: '' });
      expect(read).toThrow(new RegExp(`^The setting ${name} is missing`));
      expect(read).not.toThrow(/hush|\n/);
    }
  });

  it('a secret that is wrong is not repeated', () => {
    expect(() => readConfig({ TELEGRAM_WEBHOOK_SECRET: 'hush hush' })).not.toThrow(/hush/);
  });
});
