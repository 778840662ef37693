/** Where a Chromium or Chrome is on this machine. Nothing is ever downloaded. */
import { posix, win32 } from 'node:path';

/** The words of what to do where there is none; one line. */
export const INSTALL_BROWSER =
  'WHATSAPP_WEB=on needs Chromium or Chrome, and none was found: install it (Debian and Ubuntu: "apt-get install chromium"; macOS: "brew install --cask google-chrome"; Windows: Google Chrome) or set WHATSAPP_BROWSER to its program.';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome-headless-shell',
];
const MAC_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const WINDOWS_PLACES = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe'];

/** `folders`: where programs are looked for by name (PATH). `programs`: on Windows, where they are installed. */
export type Machine = {
  platform: NodeJS.Platform;
  folders: readonly string[];
  programs: readonly string[];
  isThere(path: string): boolean;
};

/**
 * The program to run: the first of `wanted` that is set, else what the machine has; undefined where there is none. What
 * was set is not judged here.
 */
export function findBrowser(wanted: readonly (string | undefined)[], machine: Machine): string | undefined {
  return [...wanted, ...places(machine).filter((place) => machine.isThere(place))].find(Boolean);
}

function places({ platform, folders, programs }: Machine): string[] {
  const windows = platform === 'win32';
  const { join } = windows ? win32 : posix;
  const named = NAMES.flatMap((name) =>
    folders.map((folder) => join(folder, windows ? `${name}.exe` : name)),
  );
  if (platform === 'darwin') return [...named, ...MAC_PLACES];
  if (!windows) return named;
  return [...named, ...programs.flatMap((folder) => WINDOWS_PLACES.map((place) => join(folder, place)))];
}
