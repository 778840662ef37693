/**
 * What a letter becomes on each network: within its limits, and with nothing lost. Every letter of every transcript goes
 * through this, so that flows never have to know where they are spoken.
 */

import type { Address, OutboundMessage } from '../../src/channels/message.ts';
import { TELEGRAM_LIMITS } from '../../src/channels/telegram/limits.ts';
import { write as writeTelegram } from '../../src/channels/telegram/write.ts';
import { write as writeWeb } from '../../src/channels/web/write.ts';
import { write as writeWhatsApp } from '../../src/channels/whatsapp/write.ts';
import { WHATSAPP_WEB_LIMITS } from '../../src/channels/whatsappweb/limits.ts';
import { write as writeWhatsAppWeb } from '../../src/channels/whatsappweb/write.ts';
import { CHOICE_ID_MAX_BYTES } from '../../src/engine/content.ts';
import { checkFrame, type Params, shownIn } from './whatsapp/standin/checks.ts';

/** Faults of one letter, by the network that would have them. */
export function faultsEverywhere(message: OutboundMessage): string[] {
  return Object.entries(networks).flatMap(([network, faults]) =>
    faults(message).map((fault) => `${network}: ${fault}: ${JSON.stringify(message.content).slice(0, 300)}`),
  );
}

const networks: Record<string, (message: OutboundMessage) => string[]> = {
  telegram(message) {
    const requests = writeTelegram({ ...message, to: 'telegram:6100000001', channel: 'telegram' }, 'KasaBot');
    const all = JSON.stringify(requests);
    const long = requests.flatMap(({ payload }) => {
      const { text = '', caption = '' } = payload as { text?: string; caption?: string };
      return [
        ...(text.length > TELEGRAM_LIMITS.textMax ? [`a text of ${text.length}`] : []),
        ...(caption.length > TELEGRAM_LIMITS.captionMax ? [`a caption of ${caption.length}`] : []),
      ];
    });
    return [...long, ...lost(message, all), ...longIds(message)];
  },
  web(message) {
    return lost(message, JSON.stringify(writeWeb(asMailed(message))));
  },
  whatsapp(message) {
    const requests = writeWhatsApp({ ...message, to: 'whatsapp:233200000001', channel: 'whatsapp' });
    const refused = requests.flatMap(({ payload }) => {
      try {
        const named = JSON.parse(JSON.stringify(payload).replace(/\{"\$file":"[^"]*"\}/g, '"4490057537767"'));
        checkFrame(named as Params);
        if (named.type !== 'reaction') shownIn(named as Params);
        return [];
      } catch (error) {
        return [error instanceof Error ? error.message : String(error)];
      }
    });
    // Nothing can be changed there: an edit is no letter.
    return [...refused, ...(message.edits === undefined ? lost(message, JSON.stringify(requests)) : [])];
  },
  whatsappweb(message) {
    const to: Address = 'whatsappweb:233200000001@c.us';
    const parcels = writeWhatsAppWeb({ ...message, to, channel: 'whatsappweb' });
    const long = parcels.flatMap((parcel) => {
      const text = 'text' in parcel ? parcel.text : '';
      const caption = 'caption' in parcel ? (parcel.caption ?? '') : '';
      return [
        ...(text.length > WHATSAPP_WEB_LIMITS.textMax ? [`a text of ${text.length}`] : []),
        ...(caption.length > WHATSAPP_WEB_LIMITS.captionMax ? [`a caption of ${caption.length}`] : []),
      ];
    });
    return [...long, ...lost(message, JSON.stringify(parcels))];
  },
};

const asMailed = ({ content }: OutboundMessage) => ({ id: 1, mine: false, at: '', content }) as never;

/** Lines and labels that cannot be read any more, and a pin that is gone. */
function lost({ content, reaction }: OutboundMessage, shown: string): string[] {
  if (reaction) return [];
  const lines = content.text.split('\n').filter((line) => line.trim() !== '');
  const labels = (content.choices ?? []).map(({ label }) => label);
  const missing = [...lines, ...labels].filter(
    (words) => !shown.includes(JSON.stringify(words).slice(1, -1)),
  );
  return [
    ...missing.map((words) => `lost "${words}"`),
    ...(content.place && !shown.includes(String(content.place.latitude)) ? ['lost the place'] : []),
  ];
}

const longIds = ({ content }: OutboundMessage): string[] =>
  (content.choices ?? []).flatMap(({ id }) =>
    Buffer.byteLength(id) > CHOICE_ID_MAX_BYTES ? [`an id of ${Buffer.byteLength(id)} bytes`] : [],
  );
