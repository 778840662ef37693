import { channelContract } from '../contract.ts';
import { Browser, openHouse } from './house.ts';

channelContract('web', async () => {
  const house = await openHouse({ start: false });
  const ama = await new Browser('Ama', house).open();
  return {
    // A letter stands in the store before it is handed to the channel; here the bench puts it there.
    channel: {
      ...house.channel,
      send: async (message) => {
        house.put(message.to, message.content);
        return house.channel.send(message);
      },
    },
    ama: ama.address,
    say: async (text) => void (await ama.write({ text })),
    heard: async () => {
      const page = await (await ama.get('/chat')).text();
      const log = page.slice(page.indexOf('id="log"'), page.indexOf('id="end"'));
      const words = log.replace(/<[^>]*>/g, ' ');
      return [words.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))];
    },
    close: house.close,
  };
});
