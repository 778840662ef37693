import { channelContract } from '../contract.ts';
import { openBench } from './bench.ts';

for (const way of ['polling', 'webhook'] as const) {
  channelContract(`Telegram (${way})`, async () => {
    const bench = await openBench(way);
    const ama = bench.standin.person('Ama');
    return {
      channel: bench.channel,
      ama: ama.address,
      say: (text) => void ama.say(text),
      heard: () =>
        ama.heard.map(({ text, buttons }) =>
          [text, ...buttons.flat().map((button) => button.text)].join('\n'),
        ),
      nobody: 'telegram:6199999999',
      close: bench.close,
    };
  });
}
