// A real photo, made here: so small that nothing needs to be kept beside the tests.

import { crc32, deflateSync } from "node:zlib";

/** What every PNG begins with. */
export const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A chunk of a PNG, with its length and checksum. */
export function chunk(kind, data) {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/** A PNG of 48 × 32 pixels, as Playwright puts it into a file field. */
export function photo() {
  const [width, height] = [48, 32];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: width * 3 }, (_, at) => at))]);
  const pixels = Buffer.concat(Array.from({ length: height }, () => line));
  const buffer = Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))]);
  return { name: "street.png", mimeType: "image/png", buffer };
}

/** Where a JPEG's own data begins, after the two bytes that say what it is. */
const AFTER_START = 2;

/** A piece of EXIF that says: turned a quarter to the right (6), taken at a place. As a camera writes it, little-endian. */
function exif() {
  const entry = (tag, type, count, value) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(count, 4);
    bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  const header = Buffer.from("49492a0008000000", "hex");
  const entries = [entry(0x0112, 3, 1, 6), entry(0x010f, 2, 4, Buffer.from("CAM\0").readUInt32LE())];
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), header, Buffer.from([entries.length, 0]), ...entries, Buffer.alloc(4)]);
  const marker = Buffer.alloc(4);
  marker.writeUInt16BE(0xffe1, 0);
  marker.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([marker, body]);
}

/** A JPEG as a telephone held upright takes it: large, lying on its side, with EXIF that says so. Drawn by the browser. */
export async function turnedPhoto(page, { width = 2000, height = 1500 } = {}) {
  const encoded = await page.evaluate(async ([wide, high]) => {
    const canvas = new OffscreenCanvas(wide, high);
    const context = canvas.getContext("2d");
    const noise = context.createImageData(wide, high);
    // A fixed sequence, so that every run sends the same picture; noise, so that it stays large.
    let seed = 1;
    for (let at = 0; at < noise.data.length; at += 4) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      noise.data.set([seed >> 8 & 255, seed >> 12 & 255, seed >> 16 & 255, 255], at);
    }
    context.putImageData(noise, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    const reader = new FileReader();
    reader.readAsDataURL(blob);
    await new Promise((resolve) => { reader.onload = resolve; });
    return reader.result.split(",")[1];
  }, [width, height]);
  const plain = Buffer.from(encoded, "base64");
  const buffer = Buffer.concat([plain.subarray(0, AFTER_START), exif(), plain.subarray(AFTER_START)]);
  return { name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer };
}
