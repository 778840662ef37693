// The chat page at work: adds letters as they come, keeps what could not be sent, offers place, camera and voice.
// Without it the page still works by forms. Words of people are only ever set as text.
(() => {
  const $ = (id) => document.getElementById(id);
  const { words, values, base, timeZone } = JSON.parse($('texts').textContent);
  const log = $('log');
  const text = $('text');
  const photo = $('photo');
  const proof = document.querySelector('[name=proof]').value;
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  });
  const VOICE_SECONDS_MAX = 120;
  const TRY_AGAIN_SECONDS = 8;
  document.documentElement.classList.add('js');

  // What this browser remembers: the words being written, and letters that are not stored yet.
  const memory = {
    get(key, otherwise) {
      try {
        return JSON.parse(localStorage.getItem(`kasa.${key}`)) || otherwise;
      } catch (_) {
        return otherwise;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(`kasa.${key}`, JSON.stringify(value));
      } catch (_) {
        // A full or forbidden store only means that a reload forgets.
      }
    },
  };

  function element(name, more, ...inside) {
    const made = Object.assign(document.createElement(name), more);
    for (const part of inside) if (part) made.append(part);
    return made;
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  }

  function notice(said) {
    $('notice').replaceChildren(...(said ? [element('p', { textContent: said })] : []));
  }

  // ── Letters ──────────────────────────────────────────────────────────────────────────────────────────────

  function mediaOf(media) {
    const name = { photo: words.aPhoto, voice: words.aVoice, file: words.aFile }[media.kind];
    const source = media.preview || (media.file && `${base}/files/${encodeURIComponent(media.file)}`);
    if (media.trouble || !source || media.kind === 'file') {
      const state = media.trouble ? words.cannotShow : media.kind === 'file' ? '' : words.checking;
      return element('p', { className: 'note', textContent: state ? `${name}: ${state}` : name });
    }
    if (media.kind === 'photo') return element('img', { src: source, alt: name });
    return element('audio', { controls: true, preload: 'none', src: source });
  }

  function placeOf(place) {
    const point = `${place.latitude.toFixed(5)},${place.longitude.toFixed(5)}`;
    const link = element('a', { href: `geo:${point}`, textContent: place.name || words.aPlace });
    return element('p', { className: 'place' }, link, ' ', element('small', { textContent: point }));
  }

  function choicesOf(letter) {
    const form = element('form', { className: 'choices' });
    for (const { id, number, label, detail } of letter.choices) {
      const more = detail && element('small', { textContent: detail });
      const button = element('button', { type: 'submit' }, element('b', { textContent: number }));
      button.append(element('span', {}, label, more));
      button.name = 'tap';
      button.value = JSON.stringify({ choice: id, text: label });
      form.append(button);
    }
    form.dataset.letter = letter.id;
    return form;
  }

  function wantsOf(wants, label) {
    if (wants === 'location' && !navigator.geolocation) return undefined;
    const button = element('button', { type: 'button' });
    button.textContent = label || (wants === 'location' ? words.sendPlace : words.takePhoto);
    button.onclick = wants === 'location' ? sendPlace : () => $('camera').click();
    return element('div', { className: 'wants' }, button);
  }

  function letterOf(letter) {
    const slip = element('article', { className: `letter ${letter.mine ? 'mine' : 'theirs'}` });
    slip.append(
      element('h2', { className: 'unseen', textContent: letter.mine ? words.you : words.kasa }),
      ...(letter.media || []).map(mediaOf),
    );
    if (letter.text) slip.append(element('p', { textContent: letter.text, dir: 'auto' }));
    if (letter.place) slip.append(placeOf(letter.place));
    if (letter.choices) slip.append(choicesOf(letter));
    const asks = letter.wants && wantsOf(letter.wants, letter.wantsLabel);
    if (asks) slip.append(asks);
    const at = new Date(letter.at);
    const when = element('time', { textContent: clock.format(at), dateTime: letter.at });
    slip.append(element('footer', {}, when, letter.edited && ` · ${words.edited}`));
    return slip;
  }

  /** A letter from the store takes the place of the one that was waiting here, or of its older self. */
  function show(letter) {
    const slip = letterOf(letter);
    slip.dataset.id = letter.id;
    const waiting = letter.sent && outbox.find((own) => own.id === letter.sent);
    if (waiting) drop(waiting);
    const older = log.querySelector(`[data-id="${letter.id}"]`);
    if (older) older.replaceWith(slip);
    else {
      const later = [...log.children].find((other) => !(Number(other.dataset.id) < letter.id));
      log.insertBefore(slip, later || null);
    }
    afterChange();
  }

  /** Buttons from before the person's last letter stay, dimmed. */
  function afterChange() {
    $('empty').hidden = log.children.length > 0;
    const mine = [...log.querySelectorAll('.mine')].pop();
    for (const buttons of log.querySelectorAll('.choices, .wants')) {
      const answered = mine && buttons.compareDocumentPosition(mine) & Node.DOCUMENT_POSITION_FOLLOWING;
      buttons.classList.toggle('past', Boolean(answered));
    }
    follow();
  }

  // The newest letter is what a person comes back for.
  history.scrollRestoration = 'manual';
  let atEnd = true;
  function follow() {
    if (atEnd && log.children.length) scrollTo(0, document.documentElement.scrollHeight);
  }
  // A photo is taller once it is there; a keyboard takes half of the window.
  log.addEventListener('load', follow, true);
  addEventListener('resize', follow);
  let height = 0;
  addEventListener('scroll', () => {
    const page = document.documentElement;
    const grown = page.scrollHeight !== height;
    height = page.scrollHeight;
    // The window also scrolls by itself when something grows; only a person leaves the end.
    if (grown) return follow();
    atEnd = height - page.scrollTop - page.clientHeight < 120;
  });

  // ── Sending: one after the other, and the same letter again until it is stored ────────────────────────────

  const outbox = [];
  let sending = false;
  let later;

  function keepOutbox() {
    // Photos and voices do not fit into this memory; the browser asks before it leaves them.
    const kept = outbox.filter((own) => !own.files.length && !own.refused && !own.settled);
    memory.set(
      'unsent',
      kept.map(({ id, text, choice, letter, location }) => ({ id, text, choice, letter, location })),
    );
  }

  function drop(own) {
    if (!outbox.includes(own)) return;
    outbox.splice(outbox.indexOf(own), 1);
    own.slip.remove();
    keepOutbox();
  }

  function post(letter) {
    const own = Object.assign({ id: newId(), files: [] }, letter);
    const media = own.files.map(({ kind, blob }) => ({ kind, preview: URL.createObjectURL(blob) }));
    const place = own.location && Object.assign({ name: '' }, own.location);
    own.slip = letterOf({ mine: true, at: new Date().toISOString(), text: own.text, media, place });
    own.state = own.slip.querySelector('footer');
    own.state.className = 'state';
    outbox.push(own);
    log.append(own.slip);
    atEnd = true;
    keepOutbox();
    afterChange();
    flush();
  }

  function mark(own, state, said, again) {
    own.slip.classList.toggle('waiting', state === 'waiting');
    own.slip.classList.toggle('failed', state === 'failed');
    own.state.textContent = said;
    if (own.again) own.again.remove();
    if (!again) return;
    own.again = element('button', {
      type: 'button',
      className: 'again',
      textContent: said,
      onclick: flush,
    });
    own.state.textContent = '';
    own.state.append(own.again);
  }

  async function flush() {
    if (sending) return;
    sending = true;
    for (let own = next(); own; own = next()) {
      mark(own, 'waiting', words.sending);
      const said = await hand(own);
      if (said.stored) {
        settle(own);
      } else if (said.refused) giveBack(own, said.words);
      else {
        for (const waiting of outbox)
          if (!waiting.refused && !waiting.settled) mark(waiting, 'failed', words.notSent, true);
        clearTimeout(later);
        later = setTimeout(flush, TRY_AGAIN_SECONDS * 1000);
        break;
      }
    }
    sending = false;
  }

  /** The stream brings the stored letter, which takes its place; asking for it as well would be paid for twice. */
  function settle(own) {
    own.settled = true;
    keepOutbox();
    setTimeout(async () => {
      if (!outbox.includes(own)) return;
      await catchUp();
      drop(own);
    }, 2000);
  }

  /** The server will never take it as it is: the words go back to where they can be changed. */
  function giveBack(own, said) {
    own.refused = true;
    mark(own, 'failed', `${words.notTaken} ${said}`);
    if (own.text && !own.choice && !text.value) text.value = own.text;
    keepOutbox();
  }
  const next = () => outbox.find((own) => !own.refused && !own.settled);

  async function hand(own) {
    const { id, text, choice, letter, location, seconds } = own;
    const request = { method: 'POST', headers: { Accept: 'application/json' }, credentials: 'same-origin' };
    if (own.files.length) {
      const form = new FormData();
      const fields = { id, text: text || '', proof };
      if (seconds) fields.seconds = String(seconds);
      for (const name of Object.keys(fields)) form.append(name, fields[name]);
      for (const { kind, blob } of own.files) form.append(kind, blob, blob.name || kind);
      request.body = form;
    } else {
      request.headers['Content-Type'] = 'application/json';
      request.body = JSON.stringify({ id, text, choice, letter, location, proof });
    }
    try {
      const response = await fetch(`${base}/letters`, request);
      const said = await response.json();
      // What the server will never take is not offered again; everything else waits for a better moment.
      return { stored: response.ok, refused: response.status < 500, words: said.words };
    } catch (_) {
      return {};
    }
  }

  // ── Hearing ──────────────────────────────────────────────────────────────────────────────────────────────

  let cursor = Number(log.dataset.cursor);

  async function catchUp() {
    try {
      const response = await fetch(`${base}/letters?after=${cursor}`, { credentials: 'same-origin' });
      const told = await response.json();
      for (const letter of told.letters) show(letter);
      cursor = Math.max(cursor, told.cursor);
    } catch (_) {
      // The stream brings them.
    }
  }

  function listen() {
    const stream = new EventSource(`${base}/stream?after=${cursor}`);
    stream.addEventListener('letter', (event) => {
      cursor = Math.max(cursor, Number(event.lastEventId));
      show(JSON.parse(event.data));
    });
    stream.onopen = () => {
      connection();
      flush();
    };
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED) return;
      setTimeout(listen, TRY_AGAIN_SECONDS * 1000);
    };
  }

  function connection() {
    notice(navigator.onLine === false ? words.offline : '');
  }
  addEventListener('offline', connection);
  addEventListener('online', () => {
    connection();
    flush();
  });

  // ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────

  function filesFrom(input) {
    const files = [...input.files];
    input.value = '';
    const tooLarge = files.some((file) => file.size > values.megabytesMax * 1024 * 1024);
    const tooMany = files.length > values.filesMax;
    if (tooMany || tooLarge) {
      notice(tooMany ? words.tooMany : words.tooLarge);
      return [];
    }
    return files.map((blob) => ({ kind: 'photo', blob }));
  }

  function send() {
    const files = photo.files.length ? filesFrom(photo) : [];
    chosen();
    if (!text.value.trim() && !files.length) return;
    post({ text: text.value.trim(), files });
    text.value = '';
    memory.set('draft', '');
  }

  function chosen() {
    const names = [...photo.files].map((file) => file.name).join(', ');
    $('chosen').hidden = !names;
    $('chosen').textContent = names && `${words.photosChosen} ${names}`;
  }
  photo.onchange = () => {
    notice('');
    chosen();
  };
  $('camera').onchange = () => {
    const files = filesFrom($('camera'));
    if (files.length) post({ text: '', files });
  };

  document.addEventListener('submit', (event) => {
    const form = event.target;
    const button = event.submitter || document.activeElement;
    // Not form.id: a field of that name stands in its way.
    const name = form.getAttribute('id');
    if (name === 'leave') {
      if (!confirm(words.leaveSure)) return event.preventDefault();
      memory.set('draft', '');
      memory.set('unsent', []);
      outbox.length = 0;
      return;
    }
    event.preventDefault();
    if (name === 'write') return send();
    if (button.name !== 'tap') return post({ text: button.value });
    const letter = form.dataset.letter || form.elements.letter.value;
    post(Object.assign(JSON.parse(button.value), { letter }));
  });

  text.addEventListener('input', () => memory.set('draft', text.value));
  text.addEventListener('keydown', (event) => {
    // With a keyboard Enter sends; on a phone it is a new line and the button sends.
    if (
      event.key !== 'Enter' ||
      event.shiftKey ||
      event.isComposing ||
      !matchMedia('(pointer: fine)').matches
    )
      return;
    event.preventDefault();
    send();
  });
  addEventListener('beforeunload', (event) => {
    if (outbox.some((own) => own.files.length && !own.refused && !own.settled)) event.preventDefault();
  });

  // ── Place and voice ──────────────────────────────────────────────────────────────────────────────────────

  function sendPlace() {
    notice(words.placeWait);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        notice('');
        post({ text: '', location: { latitude: coords.latitude, longitude: coords.longitude } });
      },
      () => notice(words.placeFailed),
      { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 },
    );
  }
  $('place').hidden = !(navigator.geolocation && window.isSecureContext);
  $('place').onclick = sendPlace;

  let recorder;
  async function speak() {
    if (recorder) return recorder.stop();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const type = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'].find((one) =>
        MediaRecorder.isTypeSupported(one),
      );
      record(
        new MediaRecorder(stream, Object.assign({ audioBitsPerSecond: 24000 }, type && { mimeType: type })),
      );
    } catch (_) {
      notice(words.voiceFailed);
    }
  }

  function record(given) {
    const parts = [];
    const begun = performance.now();
    recorder = given;
    const end = setTimeout(() => given.stop(), VOICE_SECONDS_MAX * 1000);
    given.ondataavailable = (event) => parts.push(event.data);
    given.onstop = () => {
      clearTimeout(end);
      recorder = undefined;
      for (const track of given.stream.getTracks()) track.stop();
      $('voice').textContent = words.voice;
      $('voice').classList.remove('on');
      const blob = new Blob(parts, { type: given.mimeType.split(';')[0] });
      if (blob.size)
        post({ text: '', files: [{ kind: 'voice', blob }], seconds: (performance.now() - begun) / 1000 });
    };
    given.start();
    notice('');
    $('voice').textContent = words.voiceStop;
    $('voice').classList.add('on');
  }
  $('voice').hidden = !(window.MediaRecorder && navigator.mediaDevices);
  $('voice').onclick = speak;

  // ── Begin where the page was left ────────────────────────────────────────────────────────────────────────

  for (const slip of log.querySelectorAll('.theirs:last-child')) {
    const asks = slip.dataset.wants && wantsOf(slip.dataset.wants, slip.dataset.label);
    if (asks) slip.insertBefore(asks, slip.lastChild);
  }
  if (!text.value) text.value = memory.get('draft', '');
  const stored = new Set([...log.children].map((slip) => slip.dataset.sent));
  for (const own of memory.get('unsent', [])) if (!stored.has(own.id)) post(own);
  afterChange();
  connection();
  listen();
})();
