/** The templates of WhatsApp, word by word, ready to be submitted to Meta. */
import { templateWords } from '../broadcasts/knock.ts';
import { ours } from '../channels/whatsapp/template.ts';
import { readConfig } from '../config.ts';
import { loadEditorial } from '../content.ts';
import { TEMPLATE_KINDS, type TemplateKind } from '../engine/content.ts';
import { type Command, print, WrongUse } from './command.ts';

/**
 * What Meta is asked to take each for: an answer to one's own report is `UTILITY`; a letter to many it takes for
 * `MARKETING`, whatever we say (its page on template categories).
 */
const CATEGORIES: Readonly<Record<TemplateKind, 'UTILITY' | 'MARKETING'>> = {
  news: 'UTILITY',
  week: 'MARKETING',
  announcement: 'MARKETING',
};

/** What stands in the gap when Meta reviews it. */
const EXAMPLE_REFERENCE = 'KS-7F3Q';

export const whatsappCommand: Command = {
  usage: 'whatsapp templates',
  about: 'Prints the templates of WhatsApp as JSON, one a line, ready to be submitted to Meta for approval.',
  async run([what]) {
    if (what !== 'templates') throw new WrongUse('There is one thing to ask for: templates.');
    const { TIME_ZONE, WHATSAPP_CLOUD_TEMPLATES: names = {}, ...config } = readConfig();
    const { voice, city } = loadEditorial(TIME_ZONE);
    const finished = voice.languages.flatMap(({ code, ...language }) => (language.finished ? code : []));
    const named = config.WHATSAPP_CLOUD_TEMPLATE_LANGUAGES.filter((code) => finished.includes(ours(code)));
    const others = finished.filter((code) => !named.some((name) => ours(name) === code));
    for (const kind of TEMPLATE_KINDS) {
      for (const code of [...named, ...others]) print(JSON.stringify(submission(kind, code)));
    }
    return 0;

    /** Shape: Meta's "Create a message template", components BODY and BUTTONS. */
    function submission(kind: TemplateKind, language: string) {
      const words = ours(language);
      const example = kind === 'news' ? EXAMPLE_REFERENCE : city.assembly.name;
      return {
        name: names[kind] ?? `kasa_${kind}`,
        category: CATEGORIES[kind],
        language,
        components: [
          {
            type: 'BODY',
            text: templateWords(kind, words, '{{1}}', voice),
            example: { body_text: [[example]] },
          },
          {
            type: 'BUTTONS',
            buttons: [{ type: 'QUICK_REPLY', text: voice.say(words, `template.${kind}.button`) }],
          },
        ],
      };
    }
  },
};
