// Stands in for WhatsApp's page: the modules that whatsapp-web.js 1.34.7 asks for by window.require, and `stub`, by which
// a test scans the code, writes as people and reads what was sent. A module that it does not know is thrown and listed.
// biome-ignore-all lint: runs in the browser only
(() => {
  const emitter = () => {
    const listeners = new Map();
    return {
      on(names, listener) {
        for (const name of names.split(' ')) listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      },
      off(name, listener) {
        listeners.set(
          name,
          (listeners.get(name) ?? []).filter((one) => one !== listener),
        );
      },
      once() {},
      fire(name, ...given) {
        for (const listener of listeners.get(name) ?? []) listener(...given);
      },
    };
  };
  const kept = (name, otherwise) => JSON.parse(localStorage.getItem(name) ?? JSON.stringify(otherwise));
  const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));

  class Wid {
    constructor(id) {
      this._serialized = typeof id === 'string' ? id : id._serialized;
      [this.user, this.server] = this._serialized.split('@');
      if (!this.server) throw new Error('wid error: invalid wid');
    }
    isLid() {
      return this.server === 'lid';
    }
    isGroup() {
      return this.server === 'g.us';
    }
    isStatus() {
      return false;
    }
    isUser() {
      return !this.isGroup();
    }
    toString() {
      return this._serialized;
    }
  }
  const ME = { pn: new Wid('233200000099@c.us'), lid: new Wid('77000000099@lid') };
  const PHONES = { '88000000001@lid': '233200000001@c.us' };

  class MsgKey {
    constructor({ to, id, participant }) {
      Object.assign(this, { fromMe: true, remote: to, id, participant });
      this._serialized = `true_${to}_${id}${participant ? `_${participant}` : ''}`;
    }
    static newId() {
      return Promise.resolve(`3EB0${(stub.count += 1).toString(16).padStart(16, '0').toUpperCase()}`);
    }
  }
  class Model {
    constructor(data) {
      Object.assign(this, data);
    }
    serialize() {
      const { mediaData, mediaBlob, toJSON, set, ...plain } = this;
      return JSON.parse(JSON.stringify(plain));
    }
    unsafe() {
      return this;
    }
    canReply() {
      return true;
    }
    msgContextInfo() {
      return { quotedMsg: { type: this.type }, quotedStanzaID: this.id.id, quotedId: this.id._serialized };
    }
    async downloadMedia() {}
  }

  const messages = new Map();
  const Msg = Object.assign(emitter(), {
    get: (id) => messages.get(typeof id === 'string' ? id : id?._serialized),
    getMessagesById: async (ids) => ({ messages: ids.map((id) => messages.get(id)).filter(Boolean) }),
    modelClass: Model,
  });
  const chats = new Map();
  const Chat = Object.assign(emitter(), {
    get: (id) => chats.get(String(id)),
    getModelsArray: () => [...chats.values()],
    find: async (id) => chats.get(String(id)),
  });
  const openChat = (id) => {
    const wid = new Wid(id);
    const all = [];
    const chat = chats.get(id) ?? {
      id: wid,
      unreadCount: 0,
      t: 0,
      mute: { expiration: 0 },
      formattedTitle: id,
      all,
      msgs: { getModelsArray: () => all },
      ...(wid.isGroup() && {
        groupMetadata: { isLidAddressingMode: false, serialize: () => ({ participants: [] }) },
      }),
      serialize: () => ({
        id: { ...wid },
        unreadCount: chat.unreadCount,
        t: chat.t,
        formattedTitle: id,
        muteExpiration: 0,
      }),
    };
    chats.set(id, chat);
    return chat;
  };
  const Socket = Object.assign(emitter(), { state: 'OPENING', hasSynced: false });
  const Conn = Object.assign(emitter(), {
    ref: 'ref-1',
    platform: 'android',
    serialize: () => ({ pushname: 'Assembly', platform: 'android' }),
  });
  const Cmd = Object.assign(emitter(), { refreshQR() {} });
  const become = (state) => {
    Socket.state = state;
    Socket.fire('change:state', Socket, state);
  };
  /** The real page is done before anybody listens, now and then; this one waits for its listener. */
  const sync = () => {
    if (typeof window.onAppStateHasSyncedEvent !== 'function' || !stub.listened) return setTimeout(sync, 20);
    Socket.fire('change:hasSynced');
  };
  const onSocket = Socket.on;
  Socket.on = (names, listener) => {
    if (names === 'change:hasSynced') stub.listened = true;
    onSocket(names, listener);
  };

  class OpaqueData {
    constructor(blob) {
      this.blob = blob;
    }
    static async createFromData(blob) {
      return new OpaqueData(blob);
    }
    url() {
      return 'blob:standin';
    }
    autorelease() {}
    formData() {
      return this.blob;
    }
  }
  const base64 = async (blob) => btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  const prepare = async ({ blob }, { isPtt, asDocument }) => {
    const picture = blob.type.startsWith('image/');
    const mediaData = {
      type: isPtt ? 'ptt' : asDocument ? 'document' : picture ? 'image' : 'audio',
      mimetype: blob.type,
      filehash: `hash-${(stub.count += 1)}`,
      mediaBlob: new OpaqueData(blob),
      bytes: await base64(blob),
      set(more) {
        Object.assign(this, more);
      },
      toJSON() {
        const { type, mimetype, directPath, bytes, caption } = this;
        return { type, mimetype, directPath, bytes, caption };
      },
    };
    return mediaData;
  };

  const send = async (chat, message) => {
    if (stub.refusing) throw new Error('the page refused to send');
    const model = new Model({ ...message, isNewMsg: true });
    messages.set(model.id._serialized, model);
    chat.all.push(model);
    const { type, body, caption, bytes, mimetype, lat, lng, loc, quotedId, pollOptions } = model;
    stub.sent.push(
      JSON.parse(
        JSON.stringify({
          id: model.id._serialized,
          to: String(chat.id),
          type,
          body,
          caption,
          bytes,
          mimetype,
          lat,
          lng,
          loc,
          quotedId,
          pollOptions,
        }),
      ),
    );
    Msg.fire('add', model);
    if (stub.hanging) await new Promise(() => {});
    stub.tick(model.id._serialized, 1);
    return { messageSendResult: 'OK' };
  };

  const modules = {
    WAWebSocketModel: { Socket },
    WAWebConnModel: { Conn },
    WAWebCmd: { Cmd },
    WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => 100 } },
    WAWebAltDeviceLinkingApi: {},
    WABase64: { encodeB64: (bytes) => btoa(String.fromCharCode(...bytes)) },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
    WAWebAdvSignatureApi: {},
    WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: [1, 2, 3] } }) } },
    WAWebSignalStoreApi: {
      waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: [4, 5, 6] } }) },
    },
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'secret' },
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => ME.pn, getMaybeMeLidUser: () => ME.lid },
    WAWebCollections: { Msg, Chat, GroupMetadata: { update: async () => {} } },
    WAWebSyncGatingUtils: {},
    WAWebCallCollection: null,
    WAWebBackendJobsCommon: {},
    WAWebE2EProtoUtils: {},
    WAWebAddonReactionTableMode: {},
    WAWebAddonPollVoteTableMode: {},
    WALinkify: { findLinks: () => [], findLink: () => undefined },
    WAWebWidFactory: {
      createWid: (id) => new Wid(id),
      createWidFromWidLike: (id) => new Wid(id),
      asUserWidOrThrow: (wid) => wid,
    },
    WAWebStreamModel: { Stream: { markAvailable() {}, markUnavailable() {} } },
    WAWebUpdateUnreadChatAction: { sendSeen: async ({ chat }) => stub.see(String(chat.id)) },
    WAWebChatGetters: { getIsNewsletter: () => false, getIsBroadcast: () => false },
    WAWebMsgKey: MsgKey,
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat: (chat, message) => {
        const sent = send(chat, message);
        return [stub.hanging ? Promise.resolve() : sent, sent];
      },
    },
    WAWebFindChatAction: {
      findOrCreateLatestChat: async (wid) => {
        if (wid.user.endsWith('404')) throw new Error('No LID for user');
        return { chat: openChat(String(wid)) };
      },
    },
    WAWebMsgReply: { canReplyMsg: () => true },
    WAWebQuotedMsgModelUtils: { getQuotedMsgObj: (msg) => messages.get(msg.quotes) },
    WAWebSendReactionMsgAction: {
      sendReactionToMsg: async (msg, emoji) => void stub.reactions.push({ on: msg.id._serialized, emoji }),
    },
    WAWebMsgActionCapability: { canEditText: () => !stub.tooLate, canEditCaption: () => false },
    WAWebSendMessageEditAction: {
      sendMessageEdit: async (msg, text) => {
        stub.edits.push({ of: msg.id._serialized, text });
        msg.body = text;
      },
    },
    WAWebChatLoadMessages: { loadEarlierMsgs: async () => [] },
    WAWebApiContact: {
      getCurrentLid: (wid) => (String(wid) === String(ME.pn) ? ME.lid : undefined),
      getPhoneNumber: (wid) => (PHONES[String(wid)] ? new Wid(PHONES[String(wid)]) : undefined),
      getAlternateUserWid: () => undefined,
    },
    WAWebQueryExistsJob: { queryWidExists: async () => undefined },
    WAWebLidMigrationUtils: { toPn: () => undefined },
    WAWebMediaOpaqueData: OpaqueData,
    WAWebPrepRawMedia: { prepRawMedia: (data, params) => ({ waitForPrep: () => prepare(data, params) }) },
    WAWebMediaStorage: {
      getOrCreateMediaObject: (filehash) => ({ filehash, contentInfo: { waveform: [1] }, consolidate() {} }),
    },
    WAWebMmsMediaTypes: { msgToMediaType: ({ type }) => type, castToV4: (type) => type },
    WAWebMediaDataUtils: { shouldUseMediaCache: () => false },
    WAWebMediaMmsV4Upload: {
      uploadMedia: async () => ({ mediaEntry: { mmsUrl: 'mms', directPath: '/up' } }),
    },
    WAWebDownloadManager: {
      downloadManager: {
        downloadAndMaybeDecrypt: async ({ directPath }) => {
          if (stub.files[directPath] === undefined) throw Object.assign(new Error('gone'), { status: 404 });
          return Uint8Array.from(atob(stub.files[directPath]), (letter) => letter.charCodeAt(0)).buffer;
        },
      },
    },
  };

  const stub = {
    count: 0,
    listened: false,
    refusing: false,
    hanging: false,
    tooLate: false,
    sent: [],
    seen: [],
    edits: [],
    reactions: [],
    files: {},
    unknown: [],
    become,
    scan() {
      keep('paired', true);
      become('PAIRING');
      become('CONNECTED');
      sync();
    },
    sync,
    nextCode() {
      Conn.ref = `ref-${(stub.count += 1)}`;
      Conn.fire('change:ref', Conn, Conn.ref);
    },
    /** A message as the page holds it. `file` becomes what can be downloaded. */
    add({ file, ...data }, isNew = true) {
      const group = data.group;
      const id = data.id ?? `AC${Date.now().toString(16)}${((stub.count += 1)).toString(16)}`;
      const chat = openChat(group ?? data.from);
      const serialized = `false_${chat.id}_${id}${group ? `_${data.from}` : ''}`;
      if (file) stub.files[`/down/${id}`] = file;
      const model = new Model({
        type: 'chat',
        t: Math.floor(Date.now() / 1000),
        to: ME.pn,
        ...data,
        from: chat.id,
        ...(group && { author: new Wid(data.from) }),
        ...(file && { directPath: `/down/${id}`, mediaData: { mediaStage: 'RESOLVED' } }),
        ...(data.quotes && {
          quotedMsg: { type: 'chat' },
          quotedStanzaID: data.quotes.split('_')[2],
          quotedParticipant: ME.pn,
        }),
        ...(data.mentions && { mentionedJidList: data.mentions.map((one) => new Wid(one)) }),
        id: { fromMe: false, remote: String(chat.id), id, _serialized: serialized },
        isNewMsg: isNew,
      });
      messages.set(serialized, model);
      chat.all.push(model);
      chat.unreadCount += 1;
      chat.t = model.t;
      if (isNew) Msg.fire('add', model);
      return serialized;
    },
    /** Its writer changes it. */
    correct(id, text) {
      const model = messages.get(id);
      const before = model.body;
      Object.assign(model, { body: text, latestEditSenderTimestampMs: 1795000000123 });
      Msg.fire('change:body', model, text, before);
    },
    /** Arrives while the page is closed: it is there, unread, when it opens. */
    later(data) {
      keep('later', [...kept('later', []), data]);
    },
    see(id) {
      stub.seen.push(id);
      if (chats.has(id)) chats.get(id).unreadCount = 0;
      keep(
        'later',
        kept('later', []).filter((data) => (data.group ?? data.from) !== id),
      );
    },
    tick(id, ack) {
      const model = messages.get(id);
      model.ack = ack;
      Msg.fire('change:ack', model, ack);
    },
    /** The phone puts this device out. */
    logout() {
      localStorage.clear();
      Cmd.fire('logout');
      setTimeout(() => location.reload(), 50);
    },
  };
  window.stub = stub;
  window.Debug = { VERSION: '2.3000.1' };
  window.require = (name) => {
    if (name in modules) return modules[name];
    stub.unknown.push(name);
    throw new Error(`the stand-in has no module ${name}`);
  };
  for (const data of kept('later', [])) stub.add(data, false);
  setTimeout(() => {
    become(kept('paired', false) ? 'CONNECTED' : 'UNPAIRED');
    if (kept('paired', false)) sync();
  }, 20);
})();
