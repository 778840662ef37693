/** A letter as HTML, for a page that runs no scripts. Pure. Everything a person wrote goes through `asText`. */
import type { Words } from './words.ts';
import type { LetterView } from './write.ts';

export function asText(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** `form` is what every form of the page carries: hidden fields, made by the caller. */
export type Around = { base: string; words: Words; form: string; time: (at: string) => string };

/** `past`: the person has answered since, so the buttons are dimmed; pressing one is still allowed. */
export function letterHtml(letter: LetterView, past: boolean, around: Around): string {
  const { words } = around;
  const mark = letter.edited ? ` · ${asText(words.edited)}` : '';
  const sent = letter.sent === undefined ? '' : ` data-sent="${asText(letter.sent)}"`;
  const wants =
    letter.wants === undefined
      ? ''
      : ` data-wants="${letter.wants}" data-label="${asText(letter.wantsLabel ?? '')}"`;
  return [
    `<article class="letter ${letter.mine ? 'mine' : 'theirs'}" data-id="${letter.id}"${sent}${wants}>`,
    `<h2 class="unseen">${asText(letter.mine ? words.you : words.kasa)}</h2>`,
    ...(letter.media ?? []).map((media) => mediaHtml(media, around)),
    letter.text === '' ? '' : `<p dir="auto">${asText(letter.text)}</p>`,
    letter.place ? placeHtml(letter.place, words) : '',
    letter.choices ? choicesHtml(letter, past, around) : '',
    `<footer><time datetime="${asText(letter.at)}">${asText(around.time(letter.at))}</time>${mark}</footer>`,
    '</article>',
  ].join('');
}

function mediaHtml(media: NonNullable<LetterView['media']>[number], { base, words }: Around): string {
  const name = { photo: words.aPhoto, voice: words.aVoice, file: words.aFile }[media.kind];
  if (media.trouble) return `<p class="note">${asText(`${name}: ${words.cannotShow}`)}</p>`;
  if (media.file === undefined) return `<p class="note">${asText(`${name}: ${words.checking}`)}</p>`;
  const source = asText(`${base}/files/${encodeURIComponent(media.file)}`);
  if (media.kind === 'photo') return `<img src="${source}" alt="${asText(name)}" loading="lazy">`;
  if (media.kind === 'voice') return `<audio controls preload="none" src="${source}">${asText(name)}</audio>`;
  return `<p class="note">${asText(name)}</p>`;
}

/** A geo link opens the map that the phone has, and asks nobody's server. */
function placeHtml(place: NonNullable<LetterView['place']>, words: Words): string {
  const point = `${place.latitude.toFixed(5)},${place.longitude.toFixed(5)}`;
  return `<p class="place"><a href="geo:${point}">${asText(place.name || words.aPlace)}</a> <small>${point}</small></p>`;
}

function choicesHtml(letter: LetterView, past: boolean, { base, form }: Around): string {
  const buttons = (letter.choices ?? []).map(({ id, number, label, detail }) => {
    const tap = asText(JSON.stringify({ choice: id, text: label }));
    const more = detail === undefined ? '' : `<small>${asText(detail)}</small>`;
    return `<button name="tap" value="${tap}"><b>${number}</b><span>${asText(label)}${more}</span></button>`;
  });
  return [
    `<form class="choices${past ? ' past' : ''}" method="post" action="${base}/letters" enctype="multipart/form-data">`,
    `${form}<input type="hidden" name="letter" value="${letter.id}">`,
    ...buttons,
    '</form>',
  ].join('');
}
