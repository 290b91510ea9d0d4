import { isIPv6 } from "node:net";

/**
 * An address as numbers: one word of 32 bits for IPv4, four for IPv6, the most significant first. An IPv4 address that
 * is mapped into IPv6 (`::ffff:10.0.0.1`) is its IPv4 address, since a dual-stack socket reports it so.
 */
export type IpWords = Uint32Array;

/** Reads an address in its text form, without port; a zone (`%eth0`) is ignored. `undefined` if it is none. */
export function parseIpAddress(text: string): IpWords | undefined {
  if (!text.includes(":")) {
    const word = parseIpv4(text);
    return word === undefined ? undefined : Uint32Array.of(word);
  }
  if (!isIPv6(text)) return undefined;
  const words = parseIpv6(text);
  return isMapped(words) ? words.subarray(3) : words;
}

/** The text form: RFC 5952 is not attempted for IPv6 (zeros are not shortened), since people only compare it. */
export function formatIpAddress(words: IpWords): string {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word);
  if (words.length === 1) return bytes.join(".");
  return Array.from({ length: 8 }, (_, i) => view.getUint16(i * 2).toString(16)).join(":");
}

/** Four decimal numbers from 0 to 255, without leading zeros: `010` is octal to some readers, and so to none here. */
function parseIpv4(text: string): number | undefined {
  let word = 0;
  let part = -1;
  let parts = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x2e;
    if (code === 0x2e /* . */) {
      if (part < 0 || ++parts > 4) return undefined;
      word = (word << 8) | part;
      part = -1;
    } else {
      const digit = code - 0x30;
      if (digit < 0 || digit > 9 || part === 0) return undefined;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return undefined;
    }
  }
  return parts === 4 ? word >>> 0 : undefined;
}

/** The text is known to be an IPv6 address. */
function parseIpv6(text: string): IpWords {
  const zone = text.indexOf("%");
  const [head = "", tail] = (zone < 0 ? text : text.slice(0, zone)).split("::");
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const words = new Uint32Array(4);
  const view = new DataView(words.buffer);
  for (const [i, group] of front.entries()) view.setUint16(i * 2, group);
  for (const [i, group] of back.entries()) view.setUint16(16 - (back.length - i) * 2, group);
  for (let i = 0; i < 4; i++) words[i] = view.getUint32(i * 4);
  return words;
}

/** The numbers of 16 bits between colons; an IPv4 address at the end gives two. */
function groups(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const word = parseIpv4(group) ?? 0;
    return [word >>> 16, word & 0xffff];
  });
}

function isMapped(words: IpWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}
