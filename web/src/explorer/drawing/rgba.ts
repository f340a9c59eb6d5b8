/** Bytes of a grey or colour image, as a canvas holds them. */
export function rgbaOf(bytes: Uint8Array, planes = 1): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((4 * bytes.length) / planes);
  for (let at = 0; at < rgba.length; at += 4)
    for (let k = 0; k < 4; k++)
      rgba[at + k] = k === 3 ? 255 : bytes[(at / 4) * planes + (planes === 1 ? 0 : k)];
  return rgba;
}

/** The same as a PNG file. */
export async function pngOf(
  bytes: Uint8Array,
  { height, width, planes }: { height: number; width: number; planes: number },
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(new ImageData(rgbaOf(bytes, planes), width, height), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
