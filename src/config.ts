/** The settings, read once from the environment: the only place that looks at it. */
import { delimiter } from 'node:path';
import type { z } from 'zod';
import { SETTINGS } from './settings.ts';

export type Config = { readonly [Name in keyof typeof SETTINGS]: z.infer<(typeof SETTINGS)[Name]['shape']> };

/** A setting is wrong: for whoever runs Kasa, in one line. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}

/** @throws WrongSetting that names the setting and what it may be. An empty setting counts as absent. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const given = environment[name]?.trim() || undefined;
    const read = setting.shape.safeParse(given);
    if (!read.success) {
      const shown = given === undefined || 'secret' in setting ? '' : ` (it is "${given}")`;
      throw new WrongSetting(`The setting ${name} is wrong${shown}. It may be ${setting.may}.`);
    }
    config[name] = read.data;
  }
  checkTogether(config as Config);
  return Object.freeze(config) as Config;
}

/** Where the programs of this machine are: the folders of PATH, and on Windows those where programs are installed. */
export function programFolders(environment: Record<string, string | undefined> = process.env) {
  const { PROGRAMFILES, LOCALAPPDATA } = environment;
  const installed = [PROGRAMFILES, environment['PROGRAMFILES(X86)'], LOCALAPPDATA];
  return {
    folders: (environment.PATH ?? '').split(delimiter).filter(Boolean),
    programs: installed.filter((folder) => folder !== undefined),
  };
}

/** WhatsApp needs all of these, or none. */
const TOGETHER = [
  'WHATSAPP_CLOUD_TOKEN',
  'WHATSAPP_CLOUD_PHONE_ID',
  'WHATSAPP_CLOUD_APP_SECRET',
  'WHATSAPP_CLOUD_VERIFY_TOKEN',
] as const;

function checkTogether(config: Config): void {
  const missing = TOGETHER.filter((name) => config[name] === undefined);
  const [first] = missing;
  const given = TOGETHER.find((name) => config[name] !== undefined);
  if (first === undefined || given === undefined) return;
  const [which, they] =
    missing.length === 1 ? [`setting ${first} is`, 'it'] : [`settings ${missing.join(', ')} are`, 'them'];
  throw new WrongSetting(
    `The ${which} missing: WhatsApp needs ${they} beside ${given}. ${first} may be ${SETTINGS[first].may}.`,
  );
}
