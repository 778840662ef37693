/**
 * The library leaves promises alone that reject when its browser closes; without a listener Node ends the process for
 * one. This listens while the channel runs, and for nothing but them: any other rejection ends the process as before.
 */
import { errorFacts, type Log } from '../../log.ts';
import { isClosed } from './errors.ts';

/** What the library throws as bare words. */
const THROWN_WORDS = new Set(['auth timeout', 'ready timeout']);
const OF_THE_LIBRARY = /[\\/]node_modules[\\/](whatsapp-web\.js|puppeteer|puppeteer-core)[\\/]/;
const OURS = /[\\/]src[\\/]channels[\\/]whatsappweb[\\/]/;

/** A promise that the library left alone: a closed browser, its bare words, or anything else that began in its files. */
export function isOfLibrary(reason: unknown): boolean {
  if (typeof reason === 'string') return THROWN_WORDS.has(reason);
  if (!(reason instanceof Error)) return false;
  const stack = reason.stack ?? '';
  if (reason.name === 'TargetCloseError') return true;
  return (
    OF_THE_LIBRARY.test(stack) && !OURS.test(stack) && (isClosed(reason) || /whatsapp-web\.js/.test(stack))
  );
}

/** @returns takes the listener away again */
export function passOverRejections(log: Log, heard: (reason: unknown) => void = () => {}): () => void {
  const listener = (reason: unknown): void => {
    if (isOfLibrary(reason)) {
      log.warn('whatsappweb: the library left something behind', errorFacts(reason));
      heard(reason);
      return;
    }
    // Another listener decides, if there is one; alone we do what Node does without any.
    if (process.listenerCount('unhandledRejection') === 1) throw reason;
  };
  process.on('unhandledRejection', listener);
  return () => process.off('unhandledRejection', listener);
}
