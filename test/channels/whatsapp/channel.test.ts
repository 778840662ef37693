import { channelContract } from '../contract.ts';
import { openBench } from './bench.ts';

channelContract('WhatsApp', async () => {
  const bench = await openBench();
  const ama = bench.standin.person('Ama');
  return {
    channel: bench.channel,
    ama: ama.address,
    say: (text) => ama.say(text).taken,
    heard: () =>
      ama.heard.map(({ text, buttons }) =>
        [text, ...buttons.flatMap(({ title, description = '' }) => [title, description])].join('\n'),
      ),
    nobody: 'whatsapp:233299999999',
    close: bench.close,
  };
});
