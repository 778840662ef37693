/** The code to be scanned, drawn with characters, for whoever started Kasa in a terminal. */

/** Nobody seems to look: after so many in a row they are not drawn any more, or a log would fill with them. */
export const CODES_SHOWN_MAX = 15;

export async function drawCode(code: string): Promise<string> {
  const { default: qrcode } = await import('qrcode');
  const picture = await qrcode.toString(code, { type: 'terminal', small: true, errorCorrectionLevel: 'L' });
  return [
    'WhatsApp: on the phone of the assembly open WhatsApp, "Linked devices", "Link a device", and scan this.',
    picture,
    'It is replaced within a minute by the next one.',
  ].join('\n');
}

export type CodeScreen = { show(code: string): void; paired(): void };

/** @param print writes to the terminal */
export function openCodeScreen(print: (text: string) => void): CodeScreen {
  let shown = 0;
  return {
    show(code) {
      shown += 1;
      if (shown > CODES_SHOWN_MAX) return;
      const last =
        shown === CODES_SHOWN_MAX ? '\nNo more codes are drawn here until Kasa is started again.' : '';
      drawCode(code).then(
        (drawn) => print(`${drawn}${last}`),
        () => print('WhatsApp: the code to be scanned could not be drawn.'),
      );
    },
    paired() {
      shown = 0;
    },
  };
}
